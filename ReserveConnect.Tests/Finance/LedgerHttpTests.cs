using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ReserveConnect.Finance;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Finance;

/// <summary>The books over HTTP: staff read them, and supervisors correct them.</summary>
public sealed class LedgerHttpTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Fact]
    public async Task An_adjustment_is_in_the_books_with_its_reason_and_whoever_made_it()
    {
        var supervisor = await market.SeedAsync("supervisor");
        var before = await BalanceAsync("stripe_fees");

        var posted = await market.PostAsync("admin/ledger", Fee(29.30m), market.TokenOf(supervisor));

        Assert.Equal(HttpStatusCode.Created, posted.Status);
        Assert.Equal("adjustment", Text(posted.Body, "type"));
        Assert.Equal("a fee taken twice", Text(posted.Body, "reason"));
        Assert.Equal(29.30m, posted.Body["amount"]!.GetValue<decimal>());
        Assert.Contains($"{supervisor.AccountId}", Text(posted.Body, "created_by"), StringComparison.Ordinal);
        Assert.Equal(before - 29.30m, await BalanceAsync("stripe_fees"));
        Assert.Equal(1, await market.ReadAsync<long>(
            "SELECT count(*) FROM reserve.audit_logs WHERE entity_type = 'ledger_transaction' AND entity_id = @id AND action = 'adjust' AND reason = 'a fee taken twice'",
            new { id = posted.Body["id"]!.GetValue<Guid>() }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_is_undone_is_undone_once_and_stays_to_be_seen()
    {
        var token = await TokenAsync("supervisor");
        var before = await BalanceAsync("stripe_fees");
        var wrong = (await market.PostAsync("admin/ledger", Fee(11m), token)).Body["id"]!.GetValue<Guid>();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            market.PostAsync("admin/ledger", new { reverses = wrong, reason = "it was not taken twice" }, token)));

        var undone = Assert.Single(answers, a => a.Status == HttpStatusCode.Created).Body["id"]!.GetValue<Guid>();
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a =>
        {
            Assert.Equal((HttpStatusCode.Conflict, "already_reversed"), (a.Status, Text(a.Body, "code")));
            Assert.Equal(undone, a.Body["reversed_by"]!.GetValue<Guid>());
        });
        Assert.Equal(before, await BalanceAsync("stripe_fees"));
        var stands = Assert.Single((await GetAsync($"admin/ledger?business_key={await KeyAsync(wrong)}"))["items"]!.AsArray())!;
        Assert.Equal(undone, stands["reversed_by"]!.GetValue<Guid>());
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_a_rule_has_posted_is_not_undone_by_hand()
    {
        var booking = await market.BookStayAsync();
        var confirmed = await market.ReadAsync<Guid>("SELECT id FROM reserve.ledger_transactions WHERE reservation_id = @ReservationId AND transaction_type = 'commission'", new { booking.ReservationId });

        var refused = await market.PostAsync("admin/ledger", new { reverses = confirmed, reason = "a mistake" }, await TokenAsync("supervisor"));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "not_an_adjustment"), (refused.Status, Text(refused.Body, "code")));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task An_adjustment_is_the_matter_of_the_property_whose_account_it_moves_and_of_no_other()
    {
        var (one, other) = (await market.BookStayAsync(), await market.ReadAsync<Guid>("SELECT id FROM reserve.properties_map ORDER BY id DESC LIMIT 1"));
        var (mine, token) = (await PropertyAsync(one), await TokenAsync("supervisor"));
        other = other == mine ? await market.ReadAsync<Guid>("SELECT id FROM reserve.properties_map ORDER BY id LIMIT 1") : other;
        object Window(Guid owner, Guid? property, Guid? reservation) => new
        {
            reason = "a broken window", property_id = property, reservation_id = reservation,
            entries = new object[]
            {
                new { account = "property_payable", direction = "debit", amount = 3m, account_id = owner },
                new { account = "refund_expense", direction = "credit", amount = 3m },
            },
        };

        Assert.Equal($"{mine}", Text((await market.PostAsync("admin/ledger", Window(mine, null, null), token)).Body, "property_id"));
        Assert.Equal($"{mine}", Text((await market.PostAsync("admin/ledger", Window(mine, null, one.ReservationId), token)).Body, "property_id"));
        foreach (var wrong in new[] { Window(mine, other, null), Window(other, null, one.ReservationId), Window(mine, other, one.ReservationId) })
        {
            Assert.Equal("property_mismatch", Text((await market.PostAsync("admin/ledger", wrong, token)).Body, "code"));
        }

        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task The_same_order_under_one_key_is_one_adjustment()
    {
        var (token, key) = (await TokenAsync("supervisor"), $"{Guid.CreateVersion7()}");

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => market.PostAsync("admin/ledger", Fee(7m), token, key)));
        var again = await market.PostAsync("admin/ledger", Fee(7m), token, key);
        var other = await market.PostAsync("admin/ledger", Fee(8m), token, key);

        Assert.Equal(HttpStatusCode.Created, again.Status);
        Assert.Contains(answers, a => a.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(a => a.Status == HttpStatusCode.Created), a => Assert.Equal(Text(again.Body, "id"), Text(a.Body, "id")));
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.audit_logs WHERE entity_type = 'ledger_transaction' AND entity_id = @id", new { id = again.Body["id"]!.GetValue<Guid>() }));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"), (other.Status, Text(other.Body, "code")));
    }

    [Theory]
    [InlineData("""{ "reason": " ", "entries": [] }""", "reason_required")]
    [InlineData("""{ "reason": "r" }""", "lines_or_reversal")]
    [InlineData("""{ "reason": "r", "entries": [], "reverses": null }""", "lines_or_reversal")]
    [InlineData("""{ "reason": "r", "entries": [{ "account": "cash_pix", "direction": "debit", "amount": 1 }], "reverses": "01a20943-ad57-7b06-9ddd-8c9bc9507b78" }""", "lines_or_reversal")]
    [InlineData("""{ "reason": "r", "entries": [{ "account": "cash_pix", "direction": "debit", "amount": 1 }, { "account": "pix_fees", "direction": "credit", "amount": 1 }], "currency": "USD" }""", "wrong_currency")]
    [InlineData("""{ "reason": "r", "entries": [{ "account": "cash_pix", "direction": "debit", "amount": 1 }, { "account": "pix_fees", "direction": "credit", "amount": 0.99 }] }""", "unbalanced")]
    [InlineData("""{ "reason": "r", "entries": [{ "account": "cash_pix", "direction": "debit", "amount": 1 }] }""", "unbalanced")]
    [InlineData("""{ "reason": "r", "entries": [{ "account": "cash_pix", "direction": "debit", "amount": 0 }, { "account": "pix_fees", "direction": "credit", "amount": 0 }] }""", "invalid_entries:invalid_amount,invalid_amount")]
    [InlineData("""{ "reason": "r", "entries": [{ "account": "cash_pix", "direction": "debit", "amount": -1 }, { "account": "pix_fees", "direction": "credit", "amount": 1.005 }] }""", "invalid_entries:invalid_amount,invalid_amount")]
    [InlineData("""{ "reason": "r", "entries": [{ "account": "cash", "direction": "left", "amount": 1 }, { "account": "pix_fees", "direction": "credit", "amount": 1 }] }""", "invalid_entries:invalid_value,unknown_account")]
    [InlineData("""{ "reason": "r", "entries": [{ "account": "cash_pix", "direction": "debit", "amount": 1, "account_id": "01a20943-ad57-7b06-9ddd-8c9bc9507b78" }, { "account": "property_payable", "direction": "credit", "amount": 1 }] }""", "invalid_entries:not_kept,unknown_owner")]
    [InlineData("""{ "reason": "r", "entries": [{ "account": "cash_pix", "direction": "debit", "amount": 1 }, { "account": "guest_prepayment", "direction": "credit", "amount": 1, "account_id": "01a20943-ad57-7b06-9ddd-8c9bc9507b78" }] }""", "invalid_entries:unknown_owner")]
    [InlineData("""{ "reason": "r", "entries": [{ "account": "cash_pix", "direction": "debit", "amount": 1 }, { "account": "pix_fees", "direction": "credit", "amount": 1 }], "property_id": "01a20943-ad57-7b06-9ddd-8c9bc9507b78" }""", "property_not_found")]
    [InlineData("""{ "reason": "r", "entries": [{ "account": "cash_pix", "direction": "debit", "amount": 1 }, { "account": "pix_fees", "direction": "credit", "amount": 1 }], "reservation_id": "01a20943-ad57-7b06-9ddd-8c9bc9507b78" }""", "reservation_not_found")]
    [InlineData("""{ "reason": "r", "entries": [{ "account": "cash_pix", "direction": "debit", "amount": 1, "tax_type": "ISS" }, { "account": "tax_payable", "direction": "credit", "amount": 1 }] }""", "invalid_entries:invalid_value,invalid_value")]
    [InlineData("""{ "reason": "r", "entries": [{ "account": "cash_pix", "direction": "debit", "amount": 1 }, { "account": "tax_payable", "direction": "credit", "amount": 1, "tax_type": "ISS  1.00 BRL" }] }""", "invalid_entries:invalid_value")]
    [InlineData("""{ "reason": "r", "entries": [null] }""", "invalid_value")]
    [InlineData("""{ "reason": "r", "reverses": "01a20943-ad57-7b06-9ddd-8c9bc9507b78", "property_id": "01a20943-ad57-7b06-9ddd-8c9bc9507b78" }""", "lines_or_reversal")]
    [InlineData("""{ "reason": "r", "reverses": "01a20943-ad57-7b06-9ddd-8c9bc9507b78" }""", "ledger_transaction_not_found")]
    public async Task What_cannot_be_posted_is_refused_with_the_reason_and_nothing_is_written(string body, string code)
    {
        var before = await market.ReadAsync<long>("SELECT count(*) FROM reserve.ledger_transactions");

        var refused = await market.PostAsync("admin/ledger", JsonNode.Parse(body)!, await TokenAsync("supervisor"));

        var errors = string.Join(',', (refused.Body["errors"]?.AsArray() ?? []).Select(e => Text(e!, "code")));
        Assert.Equal(code, code.Contains(':', StringComparison.Ordinal) ? $"{Text(refused.Body, "code")}:{errors}" : Text(refused.Body, "code"));
        Assert.True(refused.Status is HttpStatusCode.UnprocessableEntity or HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{refused.Status}");
        Assert.Equal(before, await market.ReadAsync<long>("SELECT count(*) FROM reserve.ledger_transactions"));
    }

    [Fact]
    public async Task The_journal_has_a_booking_from_its_payment_on_and_is_read_in_pages()
    {
        var booking = await market.BookStayAsync();

        List<string> types = [];
        var address = $"admin/ledger?booking_intent_id={booking.Held.IntentId}&limit=1";
        for (var cursor = ""; cursor is not null;)
        {
            var page = await GetAsync(address + cursor);
            types.AddRange(page["items"]!.AsArray().Select(t => Text(t!, "type")));
            cursor = page["next_cursor"] is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal(await market.ReadAsync<int>("SELECT count(*) FROM reserve.ledger_transactions WHERE booking_intent_id = @IntentId", new { booking.Held.IntentId }), types.Count);
        Assert.Contains("payment", types);
        Assert.Contains("commission", types);
        var property = (await GetAsync($"admin/ledger?property_id={await PropertyAsync(booking)}&account=property_payable&limit=200"))["items"]!.AsArray();
        Assert.Contains(property, t => Text(t!, "booking_intent_id") == $"{booking.Held.IntentId}");
        Assert.All(property, t => Assert.Contains(t!["entries"]!.AsArray(), e => Text(e!, "account") == "property_payable"));
        Assert.Empty((await GetAsync("admin/ledger?from=2001-01-01&to=2001-01-31"))["items"]!.AsArray());
        Assert.Equal("invalid_cursor", Text((await market.GetAsync("admin/ledger?cursor=none", await TokenAsync("agent"))).Body, "code"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_statement_opens_with_what_there_was_and_closes_with_what_there_is(bool isSealed)
    {
        var booking = await market.BookStayAsync();
        if (isSealed)
        {
            await market.RunJobAsync("seal_ledger");
        }

        var (today, property, token) = (Today(), await PropertyAsync(booking), await TokenAsync("supervisor"));
        var owed = await GetAsync(Statement("property_payable", property, today, today));
        await market.PostAsync(
            "admin/ledger",
            new
            {
                reason = "a broken window",
                property_id = property,
                entries = new object[]
                {
                    new { account = "property_payable", direction = "debit", amount = 30m, account_id = property },
                    new { account = "refund_expense", direction = "credit", amount = 30m },
                },
            },
            token);

        var statement = await GetAsync(Statement("property_payable", property, today, today));
        Assert.Equal(Number(owed, "opening_balance"), Number(statement, "opening_balance"));
        Assert.Equal(Number(owed, "closing_balance") - 30m, Number(statement, "closing_balance"));
        Assert.Equal(Number(statement, "closing_balance"), Number(statement["items"]!.AsArray()[^1]!, "balance"));
        var tomorrow = await GetAsync(Statement("property_payable", property, today.AddDays(1), today.AddDays(2)));
        Assert.Equal((Number(statement, "closing_balance"), Number(statement, "closing_balance")), (Number(tomorrow, "opening_balance"), Number(tomorrow, "closing_balance")));
        Assert.Empty(tomorrow["items"]!.AsArray());

        var guest = await GetAsync(Statement("guest_prepayment", booking.Held.IntentId, today, today));
        Assert.Equal((0m, booking.Held.Total, booking.Held.Total, 0m), (Number(guest, "opening_balance"), Number(guest, "debits"), Number(guest, "credits"), Number(guest, "closing_balance")));
    }

    [Fact]
    public async Task A_statement_in_pages_goes_on_where_the_page_before_ended()
    {
        await market.BookStayAsync();
        await market.BookStayAsync();
        var (today, whole) = (Today(), await GetAsync(Statement("commission_income", null, Today(), Today())));

        List<JsonNode> lines = [];
        for (var cursor = ""; cursor is not null;)
        {
            var page = await GetAsync($"{Statement("commission_income", null, today, today)}&limit=1{cursor}");
            Assert.Equal(Number(whole, "closing_balance"), Number(page, "closing_balance"));
            lines.AddRange(page["items"]!.AsArray()!);
            cursor = page["next_cursor"] is { } next ? $"&cursor={next}" : null;
        }

        Assert.True(JsonNode.DeepEquals(whole["items"], new JsonArray([.. lines.Select(l => l.DeepClone())])));
    }

    [Theory]
    [InlineData("account=none&from=2027-01-01&to=2027-01-31", HttpStatusCode.NotFound, "account_not_found")]
    [InlineData("account=cash_pix&from=2027-01-02&to=2027-01-01", HttpStatusCode.UnprocessableEntity, "invalid_period")]
    [InlineData("account=cash_pix&from=2027-01-01", HttpStatusCode.BadRequest, "required")]
    [InlineData("account=cash_pix&from=2027-01-01&to=2027-01-31&cursor=x", HttpStatusCode.BadRequest, "invalid_cursor")]
    [InlineData("account=cash_pix&from=yesterday&to=2027-01-31", HttpStatusCode.BadRequest, "invalid_value")]
    public async Task A_statement_of_what_there_is_not_is_refused(string query, HttpStatusCode status, string code)
    {
        var refused = await market.GetAsync($"admin/ledger/statement?{query}", await TokenAsync("agent"));

        Assert.Equal((status, code), (refused.Status, Text(refused.Body, "code")));
    }

    [Fact]
    public async Task The_trial_balance_is_zero_now_and_at_any_instant_and_names_the_end_of_the_chain()
    {
        await market.BookStayAsync();
        await market.RunJobAsync("seal_ledger");
        var at = market.Clock.GetUtcNow();
        var then = await GetAsync("admin/ledger/trial-balance");
        market.Clock.Advance(TimeSpan.FromSeconds(1));
        await market.PostAsync("admin/ledger", Fee(5m), await TokenAsync("supervisor"));

        var now = await GetAsync("admin/ledger/trial-balance");
        var again = await GetAsync($"admin/ledger/trial-balance?at={at:yyyy-MM-ddTHH:mm:ss.ffffffZ}");

        Assert.Equal(Number(now, "debits"), Number(now, "credits"));
        Assert.Equal(Number(then, "debits") + 5m, Number(now, "debits"));
        Assert.True(JsonNode.DeepEquals(then["accounts"], again["accounts"]), $"{then}\n{again}");
        Assert.Equal(64, Text(now["chain"]!, "hash").Length);
        Assert.Equal("invalid_value", Text((await market.GetAsync("admin/ledger/trial-balance?at=noon", await TokenAsync("agent"))).Body, "code"));
    }

    [Fact]
    public async Task An_agent_reads_the_books_and_does_not_write_them()
    {
        var token = await TokenAsync("agent");

        Assert.Equal(HttpStatusCode.OK, (await market.GetAsync("admin/ledger", token)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await market.PostAsync("admin/ledger", Fee(1m), token)).Status);
    }

    private DateOnly Today() => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(market.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo")).DateTime);

    private static object Fee(decimal amount) => new
    {
        reason = "a fee taken twice",
        entries = new object[]
        {
            new { account = "cash_stripe", direction = "debit", amount },
            new { account = "stripe_fees", direction = "credit", amount },
        },
    };

    private static string Statement(string account, Guid? accountId, DateOnly from, DateOnly to) =>
        string.Create(CultureInfo.InvariantCulture, $"admin/ledger/statement?account={account}&from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}{(accountId is null ? "" : $"&account_id={accountId}")}");

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static decimal Number(JsonNode node, string name) => node[name]!.GetValue<decimal>();

    private async Task<string> TokenAsync(string role) => market.TokenOf(await market.SeedAsync(role));

    private async Task<JsonNode> GetAsync(string address)
    {
        var answer = await market.GetAsync(address, await TokenAsync("agent"));
        Assert.True(answer.Status == HttpStatusCode.OK, $"{address}: {answer.Status} {answer.Body}");
        return answer.Body;
    }

    private Task<string> KeyAsync(Guid id) => market.ReadAsync<string>("SELECT business_key FROM reserve.ledger_transactions WHERE id = @id", new { id });

    private Task<Guid> PropertyAsync(Stands booking) =>
        market.ReadAsync<Guid>("SELECT property_id FROM reserve.reservations WHERE id = @ReservationId", new { booking.ReservationId });

    private async Task<decimal> BalanceAsync(string account)
    {
        await using var connection = await market.OpenAsync();
        return (await TrialBalance.ReadAsync(connection)).SingleOrDefault(a => a.Account == account)?.Balance ?? 0m;
    }
}
