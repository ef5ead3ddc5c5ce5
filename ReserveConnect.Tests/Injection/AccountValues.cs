using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Accounts;
using ReserveConnect.Database;
using ReserveConnect.Inventory.Feeds;
using ReserveConnect.Owners;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Booking.Modifications;
using ReserveConnect.Tests.Support;

namespace ReserveConnect.Tests.Injection;

/// <summary>What accounts send that is right once: tokens of mails and of sessions, codes, and accounts that something ends.</summary>
internal sealed class AccountValues
{
    // One of commission and one of tax.
    private static readonly Guid EndedRule = Guid.Parse("0198b0a0-0000-7000-8000-00000000ed00");

    private const string CalendarsToken = "the-secret-of-a-calendar";

    // Every text may be done once, and there is one more when all are.
    private static readonly int Enough = InjectedText.All.Count + 2;

    private readonly MarketplaceWithIssuer _market;
    private readonly Guid _propertyId;
    private readonly Guid _payoutId = Guid.CreateVersion7();
    private readonly Guid _calendarOf;
    private readonly Dictionary<string, Queue<Spare>> _spares = [];
    private readonly Queue<Guid> _exceptions = new();
    private string _password = People.Password;
    private readonly Queue<(Stands Booking, DateOnly CheckOut, string Difference)> _movable = [];
    private PayoutValues _payouts = null!;
    private ReconciliationValues _reconciliations = null!;
    private Stands? _cancelled;
    private Stands? _refunded;

    private AccountValues(MarketplaceWithIssuer market, Guid propertyId, Guid calendarOf) =>
        (_market, _propertyId, _calendarOf) = (market, propertyId, calendarOf);

    /// <summary>Makes them.</summary>
    /// <param name="propertyId">The property that gets owners.</param>
    /// <param name="calendarOf">The property whose calendar is read, and whose owner asks where.</param>
    public static async Task<AccountValues> PrepareAsync(MarketplaceWithIssuer market, Guid propertyId, Guid calendarOf)
    {
        var values = new AccountValues(market, propertyId, calendarOf);
        await values.AddAsync("verify_email", 2, new("guest", Status: "unverified"), account => values.MailedAsync(account, TokenPurpose.VerifyEmail));
        await values.AddAsync("accept_invitation", Enough, new("owner", Status: "invited"), account => values.MailedAsync(account, TokenPurpose.Invitation));
        await values.AddAsync("reset_password", Enough, new("guest"), account => values.MailedAsync(account, TokenPurpose.ResetPassword));
        await values.AddAsync("refresh_token", 2, new("guest"), values.RefreshAsync);
        await values.AddAsync("logout", Enough, new("guest"), values.RefreshAsync);
        await values.AddAsync("login", 1, new("guest"));
        await values.AddAsync("login_with_oidc", 1, new("agent"));
        await values.AddAsync("change_password", 1, new("guest"));
        await values.AddAsync("erase_personal_data", 2, new("guest"));
        await values.AddAsync("confirm_second_factor", 2, new("agent", HasSecondFactor: false));
        await values.AddAsync("remove_second_factor", 2, new("agent"));
        await values.AddAsync("manage_users_change_role", 2, new("guest"));
        await values.AddAsync("manage_users_disable", Enough, new("guest"));
        await values.AddAsync("manage_users_enable", 1, new("guest"));
        await values.AddAsync("manage_users_reset_second_factor", 1, new("agent"));
        for (var spare = 0; spare < Enough; spare++)
        {
            await values.AddMovableAsync();
        }

        // Two of its places take any text.
        for (var i = 0; i < 3 * Enough; i++)
        {
            values._exceptions.Enqueue(await market.RaiseAsync("late_payment"));
        }

        values._cancelled = await market.BookStayAsync();
        await market.CancelAsync(values._cancelled);
        await market.UntilAsync(values._cancelled, "cancelled");
        // What is given back from here on waits for its provider: its rows are those of the order.
        values._refunded = await market.BookStayAsync();
        await Marketplace.FaultAsync(market.Stripe, new { kind = "status", status = 503, method = "POST", path = "/v1/refunds", count = (int?)null });
        values._payouts = await PayoutValues.PrepareAsync(market, calendarOf, Enough);
        values._reconciliations = await ReconciliationValues.PrepareAsync(market, 3 * Enough);
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            "INSERT INTO reserve.audit_logs (entity_type, entity_id, action, actor, created_at) VALUES ('payout', @_payoutId, 'status', 'system', now())",
            new { values._payoutId });
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.commission_rules (id, property_id, rule_type, fixed_amount, effective_from)
            VALUES (@EndedRule, @propertyId, 'fixed', 1, '2090-01-01');

            INSERT INTO reserve.tax_rules (id, tax_type, rate, applies_to, effective_from)
            VALUES (@EndedRule, 'ENDED', 1, 'payout', '2090-01-01')
            """,
            new { EndedRule, propertyId });
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.property_calendar_links (property_id, token_hash, token_sealed, made_at, made_by)
            VALUES (@calendarOf, @Hash, @Sealed, now(), 'test')
            """,
            new
            {
                calendarOf,
                Hash = CalendarToken.HashOf(CalendarsToken),
                Sealed = market.Services.GetRequiredService<AccountKeys>().Seal(CalendarLinks.Use, Encoding.ASCII.GetBytes(CalendarsToken), calendarOf),
            });
        return values;
    }

    /// <summary>A right value for a place of an operation; null where it is the same for every operation.</summary>
    public string? Of(string operation, string name) => (operation, name) switch
    {
        ("assign_exception" or "resolve_exception", "id") => $"{_exceptions.Peek()}",
        ("end_commission_rule" or "end_tax_rule", "id") => $"{EndedRule}",
        ("get_tax_liability", "month") => "2026-12",
        ("get_financial_summary", "id") => "0198b0a0-0000-7000-8000-000000000001",
        ("resolve_exception", "action") => "dismiss",
        ("get_audit_trail_of_payout", "id") => $"{_payoutId}",
        ("get_audit_trail_of_user", "id") => $"{Next("manage_users_enable").Account.AccountId}",
        ("get_property_calendar_link" or "get_property_financials" or "get_payout_settings", "id") => $"{_calendarOf}",
        ("get_property_financials", "from") => "2030-01-01",
        ("get_property_financials", "to") => "2030-01-31",
        ("set_payout_settings", "id") => $"{_propertyId}",
        ("get_property_calendar_feed", "token") => CalendarsToken,
        ("get_property_owners" or "invite_owner" or "remove_owner", "id") => $"{_propertyId}",
        ("map_amenity", "term") => $"amenity {Guid.CreateVersion7():N}",
        ("map_amenity", "code") => "wifi",
        // A change that has to be paid waits; the next is that of another booking.
        ("modify_booking" or "get_modification_quote", "code") => _movable.Peek().Booking.Code,
        ("modify_booking" or "get_modification_quote", "unit_id") => $"{_movable.Peek().Booking.Held.Stay.UnitId}",
        ("modify_booking" or "get_modification_quote", "check_in") => $"{_movable.Peek().Booking.Held.Stay.CheckIn:yyyy-MM-dd}",
        ("modify_booking" or "get_modification_quote", "check_out") => $"{_movable.Peek().CheckOut:yyyy-MM-dd}",
        ("modify_booking", "expected_difference") => _movable.Peek().Difference,
        // Cancelled already: it is answered the same however often.
        ("cancel_booking", "code") => _cancelled!.Code,
        ("force_cancel_booking", "id") => $"{_cancelled!.ReservationId}",
        ("force_cancel_booking", "refund") => "amount",
        ("force_cancel_booking", "amount") => _cancelled!.Held.Total.ToString(CultureInfo.InvariantCulture),
        ("refund_booking", "id") => $"{_refunded!.ReservationId}",
        ("refund_booking", "charged_to") => "platform",
        ("register_guest" or "manage_users_invite" or "invite_owner", "email") => People.NewEmail(),
        ("login", "email") => Next(operation).Account.Email,
        ("login_with_oidc", "id_token") => _market.Issuer.Token(_market.Clock, Next(operation).Account.Email),
        ("verify_email" or "accept_invitation" or "reset_password", "token") => Next(operation).Token,
        ("refresh_token" or "logout", "refresh_token") => Next(operation).Token,
        ("change_password", "current_password") => _password,
        ("erase_personal_data", "current_password") => People.Password,
        ("confirm_second_factor" or "remove_second_factor", "code") => _market.Code(Next(operation).Account.Secret),
        ("manage_users_change_role", "role") => "owner",
        ("manage_users_change_role" or "manage_users_disable" or "manage_users_enable" or "manage_users_reset_second_factor", "id") =>
            $"{Next(operation).Account.AccountId}",
        _ => _payouts.Of(operation, name) ?? _reconciliations.Of(operation, name),
    };

    /// <summary>The token of whoever has to ask, where that is nobody in particular null.</summary>
    public string? TokenFor(string operation) =>
        operation == "cancel_booking" ? _market.TokenOf(_cancelled!.Held.IntentId)
        : operation is "modify_booking" or "get_modification_quote" ? _market.TokenOf(_movable.Peek().Booking.Held.IntentId)
        : operation is "change_password" or "erase_personal_data" or "confirm_second_factor" or "remove_second_factor" ? _market.TokenOf(Next(operation).Account) : null;

    /// <summary>It succeeded, and does so with the same values no more.</summary>
    public void Done(string operation, JsonNode? body)
    {
        _payouts.Done(operation);
        _reconciliations.Done(operation);
        if (operation == "change_password")
        {
            _password = body!["new_password"]!.GetValue<string>();
        }
        else if (operation == "modify_booking" && _movable.Count > 1)
        {
            _movable.Dequeue();
        }
        else if (operation == "resolve_exception")
        {
            _exceptions.Dequeue();
        }
        else if (_spares.TryGetValue(operation, out var spares) && spares.Count > 1)
        {
            spares.Dequeue();
        }
    }

    // A booking for two whose guest may stay a night longer.
    private async Task AddMovableAsync()
    {
        var window = await _market.FreeWindowAsync(2);
        var booking = await _market.BookAsync(window, nights: 1);
        var quote = await _market.QuoteMoveAsync(booking, new { check_out = window.To, adults = 2 });
        _movable.Enqueue((booking, window.To, $"{quote.Body["price"]!["difference"]}"));
    }

    private Spare Next(string operation) => _spares[operation].Peek();

    private async Task AddAsync(string operation, int count, AccountSeed seed, Func<Somebody, Task<string>>? token = null)
    {
        _spares[operation] = new();
        foreach (var account in await _market.SeedAsync(Enumerable.Repeat(seed, count)))
        {
            _spares[operation].Enqueue(new(account, token is null ? null : await token(account)));
        }
    }

    private async Task<string> MailedAsync(Somebody account, string purpose)
    {
        var tokens = _market.Services.GetRequiredService<OneTimeTokens>();
        var password = (await _market.Services.GetRequiredService<Passwords>().HashAsync(People.Password, CancellationToken.None)).Value;
        var id = await DatabaseOf(_market).TransactAsync(
            unit => tokens.IssueAsync(unit, account.AccountId, purpose, TimeSpan.FromHours(1), new(password, new("Ana", "Souza", null, "en"))), CancellationToken.None);
        return tokens.TextOf(id, purpose);
    }

    private Task<string> RefreshAsync(Somebody account) => DatabaseOf(_market).TransactAsync(
        unit => RefreshTokens.NextAsync(unit, account.SessionId, _market.Clock.GetUtcNow()), CancellationToken.None);

    private static ReserveDatabase DatabaseOf(MarketplaceWithIssuer market) => market.Services.GetRequiredService<ReserveDatabase>();

    // With the token that was mailed to it, or that its session is refreshed with.
    private sealed record Spare(Somebody Account, string? Token);
}
