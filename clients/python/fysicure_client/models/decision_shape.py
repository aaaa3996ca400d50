from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="DecisionShape")


@_attrs_define
class DecisionShape:
    """A decision that was taken, with what the system had proposed and what was known."""

    id: UUID
    plan: UUID
    decision: str
    from_phase: str
    to_phase: str
    proposal: str
    reason: str
    evidence: Any
    made_by: UUID
    made_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        plan = str(self.plan)

        decision = self.decision

        from_phase = self.from_phase

        to_phase = self.to_phase

        proposal = self.proposal

        reason = self.reason

        evidence = self.evidence

        made_by = str(self.made_by)

        made_at = self.made_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "plan": plan,
                "decision": decision,
                "from_phase": from_phase,
                "to_phase": to_phase,
                "proposal": proposal,
                "reason": reason,
                "evidence": evidence,
                "made_by": made_by,
                "made_at": made_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        plan = UUID(d.pop("plan"))

        decision = d.pop("decision")

        from_phase = d.pop("from_phase")

        to_phase = d.pop("to_phase")

        proposal = d.pop("proposal")

        reason = d.pop("reason")

        evidence = d.pop("evidence")

        made_by = UUID(d.pop("made_by"))

        made_at = datetime.datetime.fromisoformat(d.pop("made_at"))

        decision_shape = cls(
            id=id,
            plan=plan,
            decision=decision,
            from_phase=from_phase,
            to_phase=to_phase,
            proposal=proposal,
            reason=reason,
            evidence=evidence,
            made_by=made_by,
            made_at=made_at,
        )

        decision_shape.additional_properties = d
        return decision_shape

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
