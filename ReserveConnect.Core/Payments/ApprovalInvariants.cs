using ReserveConnect.Database;

namespace ReserveConnect.Payments;

/// <summary>What refunds and the approval of large ones promise each other.</summary>
internal static class ApprovalInvariants
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(
            "approved_by_somebody_else",
            "A refund that waited for a supervisor was made if, and only if, somebody approved it who had not ordered it.",
            """
            SELECT e.id::text AS subject,
                   format('%s, %s, %s refunds, ordered by %s, decided by %s', e.status, e.resolution_action, f.made, e.context ->> 'ordered_by', e.resolved_by) AS detail
            FROM reserve.exceptions e
            CROSS JOIN LATERAL (
                SELECT count(*) AS made
                FROM reserve.refunds f
                WHERE f.reservation_id = e.reservation_id
                  AND f.purpose = 'goodwill'
                  AND starts_with(f.request_key, 'goodwill:' || e.id || ':')) f
            WHERE e.exception_type = 'refund_approval'
              AND CASE
                  WHEN e.status = 'resolved' THEN f.made = 0 OR e.resolved_by IS NULL OR e.resolved_by::text IS NOT DISTINCT FROM e.context ->> 'ordered_by'
                  ELSE f.made > 0
              END
            """),
    ];
}
