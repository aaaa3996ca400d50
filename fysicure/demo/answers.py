"""What runners say and show at their intake: answers by key of the measure, as a therapist would type them."""

import datetime
import random
from typing import Any

RED_FLAGS = (
    *("rf_fever", "rf_dvt", "rf_neurovasc", "rf_trauma_fracture", "rf_locked", "rf_effusion", "rf_giveway_trauma"),
    *("rf_stress_fracture", "rf_night_pain", "rf_systemic", "rf_neuro", "rf_inflammatory"),
    *("rf_hip_referred", "rf_meds"),
)
AGAINST = (
    *("k_joint_line", "k_mcmurray", "k_trauma", "k_fibular", "k_popliteus", "k_varus_lax"),
    *("k_patellar", "k_lumbar", "k_hip", "k_no_load_link", "k_stiff"),
)


def runner_answers(chance: random.Random, *, side: str, day: datetime.date, weeks: int, worst: int) -> dict[str, Any]:
    """Return the intake of a runner whose knee hurts on the outside since some weeks, with its worst pain 0-10."""
    healthy = round(chance.uniform(140, 230), 1)
    affected = round(healthy * (1 - chance.uniform(0.12, 0.24)), 1)
    usual = float(chance.choice([18, 22, 25, 28, 32, 36, 40, 45]))
    distance = round(chance.uniform(2.5, 6.5), 1)
    return {
        "onset_date": (day - datetime.timedelta(weeks=weeks, days=1)).isoformat(),
        "onset_mode": "gradual",
        "pain_location": "lateral",
        "pain_quality": ["sharp"],
        "provoked_by": ["running", chance.choice(["downhill", "tempo", "stairs_down"])],
        "onset_distance_km": distance,
        "pain_free_run_min": round(distance * 6),
        "nprs_now": min(2, worst),
        "nprs_worst_7d": worst,
        "nprs_avg_7d": max(2, worst - 3),
        "behaviour_24h": "same_next_day",
        "night_pain": "none",
        "weekly_km_usual": usual,
        "goal_event": chance.choice(["Dwars door Mol", "Halve marathon", "10 miles", "Marathon Eindhoven"]),
        **dict.fromkeys(RED_FLAGS, False),
        **dict.fromkeys(AGAINST, False),
        "palp_lfc_nprs": {side: max(2, worst - 2)},
        "palp_lfc_familiar": {side: True},
        "stairs_nprs": {side: max(1, worst - 4)},
        "stairs_familiar": {side: True},
        "sls_nprs": {side: max(1, worst - 3)},
        "sls_familiar": {side: True},
        "sls_quality": {side: chance.choice(["poor", "fair"])},
        "noble": {side: "pos"},
        "hipabd_n": {side: affected, "L" if side == "R" else "R": healthy},
        "lever_m": round(chance.uniform(0.72, 0.86), 2),
        "mass_kg": round(chance.uniform(55, 84), 1),
        "cadence_spm": chance.randrange(158, 174),
        "speed_kmh": 10.0,
        "psfs_running": chance.randrange(3, 6),
        "walk_30min_nprs": max(1, worst - 4),
    }


def blocked_answers(answers: dict[str, Any]) -> dict[str, Any]:
    """Return an intake in which the calf is swollen and warm after a flight."""
    return {**answers, "rf_dvt": True}


def doubtful_answers(answers: dict[str, Any], side: str) -> dict[str, Any]:
    """Return an intake of someone who has not run lately: the provocation tests show nothing (worked case C03)."""
    quiet = {"stairs_nprs": {side: 0}, "sls_nprs": {side: 0}, "step_down_nprs": {side: 0}, "noble": {side: "neg"}}
    return {**answers, **quiet, "renne": {side: "neg"}, "sls_quality": {side: "good"}}


def kneecap_answers(answers: dict[str, Any], side: str) -> dict[str, Any]:
    """Return an intake that points at the kneecap (worked case C04)."""
    front = {"pain_location": "anterior", "provoked_by": ["running", "sitting", "stairs_down"], "k_patellar": True}
    silent = {"palp_lfc_nprs": {side: 0}, "stairs_familiar": {side: False}, "sls_familiar": {side: False}}
    return {**answers, **front, **silent, "noble": {side: "neg"}}
