"""FHIR R4 (4.0.1) as mapping only: one module a resource, from our rows to plain dictionaries. No query, no state.

Identifiers follow the Belgian core profiles (hl7.fhir.be.core). Nothing here was run through the HL7 validator: it is
R4 by structure with Belgian identifier systems, and no claim of conformance to those profiles.
"""
