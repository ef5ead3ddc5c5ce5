using System.Text.Json;

namespace ReserveConnect.Tests.Injection;

/// <summary>A text that would be SQL if it were ever part of a statement.</summary>
/// <param name="Name">What it tries.</param>
/// <param name="Plain">As it is.</param>
/// <param name="Json">As it stands in a body, where that is no text of .NET's.</param>
/// <param name="Url">As it stands in an address, where that is more than an escaped text.</param>
internal sealed record InjectedText(string Name, string Plain, string? Json = null, string? Url = null)
{
    /// <summary>What a server that ran COPY ... TO PROGRAM would leave behind.</summary>
    public static string Trace { get; } = Path.Combine(Path.GetTempPath(), $"reserve-connect-injected-{Guid.CreateVersion7():N}");

    /// <summary>Longer than any request may take here: whoever waits for it has run it.</summary>
    public static TimeSpan Sleep { get; } = TimeSpan.FromSeconds(30);

    public static IReadOnlyList<InjectedText> All { get; } =
    [
        new("quote", "'"),
        new("double quote", "\""),
        new("always true", "' OR '1'='1"),
        new("always true in brackets", "') OR 1=1 --"),
        new("stacked drop", "x'; DROP TABLE reserve.booking_intents CASCADE; --"),
        new("stacked delete", "x'; DELETE FROM reserve.audit_logs; --"),
        new("stacked grant", "x'); ALTER ROLE current_user SUPERUSER; GRANT ALL ON SCHEMA reserve TO PUBLIC; --"),
        new("stacked without quotes", "1; TRUNCATE reserve.availability_calendar CASCADE"),
        new("union", "x' UNION SELECT rolname, rolpassword FROM pg_authid --"),
        new("sleep in a text", $"x' || (SELECT pg_sleep({Sleep.TotalSeconds})) || '"),
        new("sleep stacked", $"1; SELECT pg_sleep({Sleep.TotalSeconds}); --"),
        new("copy to a program", $"x'; COPY (SELECT 1) TO PROGRAM 'touch {Trace}'; --"),
        new("do block", "x'; DO $$BEGIN EXECUTE 'DROP SCHEMA reserve CASCADE'; END$$; --"),
        new("dollar quotes", "$$; DROP SCHEMA reserve CASCADE; $$"),
        new("escaped quote", "\\'; DROP TABLE reserve.reservations CASCADE; --"),
        new("json operators", "{\"$ne\": null}' ->> 'x' ?| ARRAY['a'] @> '{}'::jsonb"),
        new("named parameter", "@Id :id $1 {0}; DROP TABLE reserve.cities CASCADE; --"),
        new("like pattern", "%_%' ESCAPE ''"),
        new("modifier letter apostrophe", "xʼ OR ʼ1ʼ=ʼ1"),
        new("full-width apostrophe", "x＇; DROP TABLE reserve.refunds CASCADE; --"),
        new("typographic quote", "x’; DROP TABLE reserve.refunds CASCADE; --"),
        new("escaped once more", "%27%3B%20DROP%20TABLE%20reserve.events%3B--"),
        new("line break", "x\r\n'; DROP TABLE reserve.travelers CASCADE; --"),
        new("NUL", "x\0'; DROP TABLE reserve.payment_attempts CASCADE; --"),
        new("half a surrogate pair", "x\uFFFD'; DROP SCHEMA reserve CASCADE; --", Json: "\"x\\ud800'; DROP SCHEMA reserve CASCADE; --\""),
        new("no UTF-8", "x\uFFFD' OR 1=1 --", Url: "x%ff%27%20OR%201%3D1%20--"),
        new("overlong quote", "x\uFFFD' OR 1=1 --", Url: "x%c0%a7%20OR%201%3D1%20--"),
        new("long", string.Concat(Enumerable.Repeat("'; SELECT 1; --", 1_000))),
    ];

    /// <summary>As it stands in an address.</summary>
    public string InUrl => Url ?? Uri.EscapeDataString(Plain);

    /// <summary>As it stands in a body.</summary>
    public string InJson => Json ?? JsonSerializer.Serialize(Plain);

    /// <summary>Whether the place can hold it, as something that the others are not.</summary>
    public bool Fits(Place place) => place switch
    {
        Place.Path or Place.Query => Json is null,
        Place.Body => Url is null,
        // The client that sends it will not put a line break or a NUL in a header.
        _ => Json is null && Url is null && Plain.AsSpan().IndexOfAny('\r', '\n', '\0') < 0,
    };
}
