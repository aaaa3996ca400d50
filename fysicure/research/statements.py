"""The four questions to the database, whatever the number of plans."""

# Whose latest choice about research is yes, and whose record does not stand still (GDPR article 18). A consent to an
# older text holds until it is withdrawn, as patients.consents says.
_LATEST = """
WITH latest AS (
    SELECT DISTINCT ON (patient_id) patient_id, choice FROM patients_consent
    WHERE kind = 'research' ORDER BY patient_id, made_at DESC, id DESC
), frozen AS (
    SELECT DISTINCT patient_id FROM patients_restriction WHERE lifted_at IS NULL
)"""

# Parameters: first day, last day of the years; the last day on which a plan can have begun.
STANDINGS = f"""{_LATEST}
SELECT CASE
        WHEN latest.choice IS NULL THEN 'not_asked'
        WHEN latest.choice = 'refused' THEN 'refused'
        WHEN latest.choice <> 'given' THEN 'withdrawn'
        WHEN frozen.patient_id IS NOT NULL THEN 'frozen'
        WHEN plan.started_on > %(last)s THEN 'too_recent'
        ELSE 'considered' END AS standing,
    count(DISTINCT plan.patient_id), count(*)
FROM pathways_careplan plan
LEFT JOIN latest USING (patient_id) LEFT JOIN frozen USING (patient_id)
WHERE plan.started_on BETWEEN %(first)s AND %(until)s
GROUP BY 1
"""  # noqa: S608

PLANS = f"""{_LATEST}
SELECT plan.patient_id, plan.id, date_part('year', age(plan.started_on, patient.birth_date))::int,
    patient.gender, patient.country, patient.postal_code, date_part('year', plan.started_on)::int,
    date_part('quarter', plan.started_on)::int, version.pathway_id, version.number, plan.side
FROM pathways_careplan plan
JOIN patients_patient patient ON patient.id = plan.patient_id
JOIN latest ON latest.patient_id = plan.patient_id AND latest.choice = 'given'
JOIN pathways_pathwayversion version ON version.id = plan.pathway_version_id
LEFT JOIN frozen ON frozen.patient_id = plan.patient_id
WHERE frozen.patient_id IS NULL AND plan.started_on BETWEEN %(first)s AND %(last)s
ORDER BY plan.patient_id, plan.started_on, plan.id
"""  # noqa: S608

# Of each plan the days that are told: until the weeks of its period are over (as asked.weeks_followed counts them), the
# horizon; for what belongs to the episode, not into a later plan of it (`until`). Consent is asked once more: who
# withdrew while the file was made is not in it. Parameters: ids, today, most, period, last (last day on which a plan
# of the file began).
_TOLD = f"""{_LATEST}, chosen AS (
    SELECT plan.*, weeks, plan.started_on + 7 * weeks AS horizon, least(
        plan.started_on + 7 * weeks,
        (SELECT min(later.started_on) FROM pathways_careplan later
         WHERE later.episode_id = plan.episode_id AND later.started_on > plan.started_on)
    ) AS until
    FROM pathways_careplan plan
    JOIN latest ON latest.patient_id = plan.patient_id AND latest.choice = 'given'
    LEFT JOIN frozen ON frozen.patient_id = plan.patient_id
    CROSS JOIN LATERAL (
        SELECT least(%(last)s::date, CASE %(period)s::text
            WHEN 'quarter' THEN (date_trunc('quarter', plan.started_on) + interval '3 months')::date - 1
            WHEN 'year' THEN (date_trunc('year', plan.started_on) + interval '1 year')::date - 1
        END) AS period_end
    ) AS period
    CROSS JOIN LATERAL (SELECT least(%(most)s, (%(today)s::date - period_end) / 7) AS weeks) AS told
    WHERE plan.id = ANY(%(ids)s) AND frozen.patient_id IS NULL
)"""  # noqa: S608

_DAY = "({} AT TIME ZONE 'Europe/Brussels')::date"

OUTCOMES = f"""{_TOLD}, phase AS (
    SELECT row.plan_id, count(*) AS phases,
        array_agg(row.key) FILTER (WHERE row.status = 'completed' AND row.completed_on < chosen.horizon) AS done
    FROM chosen JOIN pathways_phase row ON row.plan_id = chosen.id GROUP BY 1
), decision AS (
    SELECT row.plan_id,
        count(*) FILTER (WHERE kind = 'advance') AS advances, count(*) FILTER (WHERE kind = 'hold') AS holds,
        count(*) FILTER (WHERE kind = 'step_back') AS steps_back, count(*) FILTER (WHERE kind = 'block') AS blocks,
        count(*) FILTER (WHERE proposal = 'advance') AS proposed_advances,
        count(*) FILTER (WHERE proposal = 'stay') AS proposed_stays,
        count(*) FILTER (WHERE proposal = 'step_back') AS proposed_steps_back,
        count(*) FILTER (WHERE is_override) AS overrides
    FROM chosen JOIN pathways_decision row ON row.plan_id = chosen.id
    WHERE {_DAY.format("row.made_at")} < chosen.horizon GROUP BY 1
), closing AS (
    SELECT DISTINCT ON (row.plan_id) row.plan_id, row.evidence->'goals' AS goals
    FROM chosen JOIN pathways_decision row ON row.plan_id = chosen.id AND row.kind = 'close'
    WHERE {_DAY.format("row.made_at")} < chosen.horizon ORDER BY row.plan_id, row.made_at DESC
), visit AS (
    SELECT chosen.id AS plan_id, count(*) AS visits
    FROM chosen JOIN patients_encounter row ON row.episode_id = chosen.episode_id
    WHERE row.kind <> 'self_report' AND row.status <> 'cancelled'
        AND {_DAY.format("row.started_at")} >= chosen.started_on AND {_DAY.format("row.started_at")} < chosen.until
        AND {_DAY.format("row.started_at")} <= coalesce(chosen.ended_on, 'infinity') GROUP BY 1
), diary AS (
    SELECT row.plan_id, count(*) AS entries, count(*) FILTER (WHERE row.kind = 'exercise') AS exercises,
        count(DISTINCT ({_DAY.format("row.started_at")} - chosen.started_on) / 7)
            FILTER (WHERE row.kind = 'exercise') AS exercise_weeks
    FROM chosen JOIN pathways_diaryentry row ON row.plan_id = chosen.id
    WHERE {_DAY.format("row.started_at")} >= chosen.started_on
        AND {_DAY.format("row.started_at")} < chosen.horizon GROUP BY 1
), check_in AS (
    SELECT row.plan_id, count(*) AS answers, bool_or(row.is_back) AS is_back
    FROM chosen JOIN pathways_checkin row ON row.plan_id = chosen.id
    WHERE {_DAY.format("row.answered_at")} < chosen.horizon GROUP BY 1
), task AS (
    SELECT row.plan_id, count(*) AS red_lights
    FROM chosen JOIN pathways_task row ON row.plan_id = chosen.id AND row.kind = 'red_light'
    WHERE {_DAY.format("row.created_at")} < chosen.horizon GROUP BY 1
), pause AS (
    SELECT row.plan_id, sum(greatest(0, least(coalesce(row.ended_on, chosen.horizon), chosen.horizon) - row.started_on))
        AS days
    FROM chosen JOIN pathways_planpause row ON row.plan_id = chosen.id GROUP BY 1
)
SELECT chosen.id, chosen.patient_id, chosen.pathway_version_id, chosen.course, classification.outcome,
    chosen.restarted_from_id IS NOT NULL, chosen.status, chosen.weeks, chosen.ended_on < chosen.horizon,
    chosen.ended_on - chosen.started_on, coalesce(pause.days, 0),
    phase.phases, coalesce(phase.done, '{{}}'), coalesce(visits, 0),
    coalesce(advances, 0), coalesce(holds, 0), coalesce(steps_back, 0), coalesce(blocks, 0),
    coalesce(proposed_advances, 0), coalesce(proposed_stays, 0), coalesce(proposed_steps_back, 0),
    coalesce(overrides, 0), coalesce(red_lights, 0), entries, exercises, exercise_weeks,
    closing.goals, answers, is_back
FROM chosen
JOIN pathways_classification classification ON classification.id = chosen.classification_id
LEFT JOIN phase ON phase.plan_id = chosen.id LEFT JOIN decision ON decision.plan_id = chosen.id
LEFT JOIN closing ON closing.plan_id = chosen.id LEFT JOIN visit ON visit.plan_id = chosen.id
LEFT JOIN diary ON diary.plan_id = chosen.id LEFT JOIN check_in ON check_in.plan_id = chosen.id
LEFT JOIN task ON task.plan_id = chosen.id LEFT JOIN pause ON pause.plan_id = chosen.id
ORDER BY chosen.id
"""  # noqa: S608

# Days from the start; a value of before it is told for four weeks, and no further than the end of an earlier plan.
# Parameters besides: measures.
MEASUREMENTS = f"""{_TOLD}
SELECT chosen.id, row.measure_id, {_DAY.format("row.effective_at")} - chosen.started_on, row.number
FROM chosen JOIN patients_observation row ON row.episode_id = chosen.episode_id
WHERE row.measure_id = ANY(%(measures)s) AND row.number IS NOT NULL
    AND (row.side = '' OR chosen.side = 'both' OR row.side = chosen.side)
    AND {_DAY.format("row.effective_at")} >= chosen.started_on - 28
    AND {_DAY.format("row.effective_at")} < chosen.until
    AND NOT EXISTS (SELECT FROM patients_observation newer WHERE newer.replaces_id = row.id)
    AND NOT EXISTS (
        SELECT FROM pathways_careplan earlier
        WHERE earlier.episode_id = chosen.episode_id AND earlier.started_on < chosen.started_on
            AND {_DAY.format("row.effective_at")} < least(chosen.started_on, coalesce(earlier.ended_on + 1, 'infinity'))
    )
ORDER BY chosen.id, 3, row.measure_id, row.number DESC
"""  # noqa: S608
