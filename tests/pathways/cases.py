"""The worked cases C01-C06 as a therapist types them; unstated contra findings and red flags are answered with no."""

from typing import Any

from fysicure.demo.answers import AGAINST, RED_FLAGS

QUIET: dict[str, Any] = {**dict.fromkeys(RED_FLAGS, "false"), **dict.fromkeys(AGAINST, "false")}

C01: dict[str, Any] = {
    **QUIET,
    "onset_date.R": "2026-11-02",
    "onset_mode.R": "gradual",
    "pain_location.R": "lateral",
    "provoked_by.R": ["running", "downhill"],
    "onset_distance_km.R": "4",
    "onset_time_min.R": "25",
    "nprs_now.R": "2",
    "nprs_worst_7d.R": "7",
    "nprs_avg_7d.R": "4",
    "palp_lfc_nprs.R": "6",
    "palp_lfc_familiar.R": "true",
    "stairs_nprs.R": "3",
    "stairs_familiar.R": "true",
    "sls_nprs.R": "4",
    "sls_familiar.R": "true",
    "sls_quality.R": "poor",
    "noble.R": "pos",
    "hipabd_n.L": "152",
    "hipabd_n.R": "118",
    "lever_m.R": "0,78",
    "mass_kg": "60",
    "cadence_spm": "164",
    "pain_free_run_min.R": "25",
    "weekly_km_usual": "32",
}
C03: dict[str, Any] = {
    **QUIET,
    "onset_date.R": "2026-11-09",
    "pain_location.R": "lateral",
    "provoked_by.R": ["running"],
    "palp_lfc_nprs.R": "3",
    "palp_lfc_familiar.R": "true",
    "stairs_nprs.R": "0",
    "sls_nprs.R": "0",
    "step_down_nprs.R": "0",
    "noble.R": "neg",
    "renne.R": "neg",
}
C04: dict[str, Any] = {
    **QUIET,
    "onset_date.R": "2026-09-28",
    "pain_location.R": "anterior",
    "provoked_by.R": ["running", "sitting", "stairs_down"],
    "palp_lfc_nprs.R": "0",
    "stairs_nprs.R": "4",
    "stairs_familiar.R": "false",
    "sls_nprs.R": "5",
    "sls_familiar.R": "false",
    "k_patellar": "true",
    "patella_tests.R": "pos",
}
C05: dict[str, Any] = {
    **QUIET,
    "rf_dvt": "true",
    "onset_date.R": "2026-11-20",
    "pain_location.R": "lateral",
    "palp_lfc_nprs.R": "2",
    "palp_lfc_familiar.R": "true",
    "sls_nprs.R": "2",
    "sls_familiar.R": "true",
}
