using System.Net;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReserveConnect.Payments;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using ReserveConnect.Tests.Support;
using Xunit;

namespace ReserveConnect.Tests.Privacy;

public sealed class ErasureTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => market.CalmAsync();

    [Fact]
    public async Task Nothing_that_names_the_guest_is_left_in_any_table_and_the_books_are_as_they_were()
    {
        var guest = await market.NewGuestAsync();
        await People.ExpectAsync(
            HttpStatusCode.OK,
            market.SendAsync(HttpMethod.Patch, "accounts/me", new { first_name = "Iracilda", phone = "+55 48 96420-1357" }, guest.Access));
        foreach (var booking in new[] { await market.BookAsync(guest.Email, guest.Access), await market.BookAsync(guest.Email.ToUpperInvariant(), null, "pix") })
            await market.EndStayAsync(booking.IntentId);
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync(
                """
                UPDATE reserve.pix_transactions x
                SET payer_name = 'Deolinda',
                    payer_document = '***.982.247-**'
                FROM reserve.payment_attempts a
                JOIN reserve.booking_intents i ON i.id = a.booking_intent_id
                WHERE a.id = x.payment_attempt_id
                  AND lower(i.guest_email) = lower(@Email)
                """,
                new { guest.Email });
        }

        await market.ExpectSoundAsync();
        var books = await BooksAsync();
        Assert.NotEmpty(await market.TablesWithAsync(guest.Email));

        var told = await People.ExpectAsync(HttpStatusCode.OK, market.EraseAsync(guest));

        Assert.Equal((2, 2, 2), (told["reservations"]!.GetValue<int>(), told["booking_intents"]!.GetValue<int>(), told["payments"]!.GetValue<int>()));
        Assert.Equal(4, told["also_held_by"]!.AsArray().Count);
        foreach (var text in new[] { guest.Email, "Iracilda", "96420-1357", "Deolinda" })
            Assert.Equal([], await market.TablesWithAsync(text));
        Assert.Equal(0, await market.ReadAsync<long>(
            """
            SELECT count(*)
            FROM reserve.booking_intents i
            LEFT JOIN reserve.reservations r ON r.booking_intent_id = i.id
            WHERE i.account_id = @AccountId
              AND (concat(i.guest_first_name, i.guest_last_name, i.guest_phone, i.special_requests, r.guest_first_name, r.guest_phone, r.special_requests)
                   ~ 'Zuleica|Quaresmeira|97531|Filomena' OR i.erased_at IS NULL)
            """,
            new { guest.AccountId }));
        Assert.Equal(books, await BooksAsync());
        Assert.Equal("erased", await market.ReadAsync<string>("SELECT status FROM reserve.accounts WHERE id = @AccountId", new { guest.AccountId }));
        Assert.Equal(0, await market.ReadAsync<long>(
            """
            SELECT (SELECT count(*) FROM reserve.account_sessions WHERE account_id = @AccountId AND revoked_at IS NULL)
                 + (SELECT count(*) FROM reserve.one_time_tokens WHERE account_id = @AccountId)
                 + (SELECT count(*) FROM reserve.account_secrets WHERE account_id = @AccountId AND password_hash IS NOT NULL)
            """,
            new { guest.AccountId }));
        Assert.Equal(1, await market.ReadAsync<long>(
            "SELECT count(*) FROM reserve.audit_logs WHERE entity_id = @AccountId AND action = 'personal_data_erased' AND after ->> 'reservations' = '2'", new { guest.AccountId }));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task What_was_said_about_a_booking_that_was_given_up_is_forgotten_and_was_in_the_copy()
    {
        var guest = await market.NewGuestAsync();
        var booking = await market.BookAsync(guest.Email, guest.Access);
        var (id, code) = await market.StandingAsync(booking.IntentId);
        var agent = market.TokenOf(await market.SeedAsync("agent"));
        await People.ExpectAsync(
            HttpStatusCode.Accepted, market.PostAsync($"admin/reservations/{id}/refund", new { amount = 1m, reason = "Zuleica was cold", charged_to = "platform" }, agent));
        await market.UntilBackAsync(id, 1m);
        await People.ExpectAsync(HttpStatusCode.Accepted, market.PostAsync($"reservations/{code}/cancel", new { reason = "Filomena is ill" }, guest.Access));
        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<string>("SELECT status FROM reserve.reservations WHERE id = @id", new { id }) == "cancelled",
            () => $"the booking is not cancelled\n{market.Complaints}");
        var copy = await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me/personal-data", guest.Access));
        Assert.Equal("Filomena is ill", copy["reservations"]![0]!["cancellation_reason"]!.GetValue<string>());
        Assert.Contains(copy["refunds"]!.AsArray(), refund => refund!["note"]?.GetValue<string>() == "Zuleica was cold");

        await People.ExpectAsync(HttpStatusCode.OK, market.EraseAsync(guest));

        foreach (var text in new[] { "Filomena is ill", "Zuleica was cold" })
            Assert.Equal([], await market.TablesWithAsync(text));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_refund_that_waits_for_a_supervisor_keeps_the_guest_and_what_was_said_of_it_is_forgotten_with_them()
    {
        var options = market.Services.GetRequiredService<IOptions<PaymentOptions>>().Value;
        var usual = options.RefundApprovalLimit;
        var guest = await market.NewGuestAsync();
        var booking = await market.BookAsync(guest.Email, guest.Access);
        var (id, code) = await market.StandingAsync(booking.IntentId);
        await market.EndStayAsync(booking.IntentId);
        options.RefundApprovalLimit = 1m;
        System.Text.Json.Nodes.JsonNode ordered;
        try
        {
            ordered = await People.ExpectAsync(
                HttpStatusCode.Accepted,
                market.PostAsync($"admin/reservations/{id}/refund", new { amount = 2m, reason = "Zuleica fell ill", charged_to = "platform" }, market.TokenOf(await market.SeedAsync("agent"))));
        }
        finally
        {
            options.RefundApprovalLimit = usual;
        }

        var refused = await People.ExpectAsync(HttpStatusCode.Conflict, market.EraseAsync(guest));
        Assert.Equal(("bookings_open", code), (refused["code"]!.GetValue<string>(), Assert.Single(refused["bookings"]!.AsArray())!.GetValue<string>()));
        await market.OrderAsync(
            ordered["exception_id"]!.GetValue<Guid>(), market.TokenOf(await market.SeedAsync("supervisor")), new { action = "dismiss", notes = "Zuleica was well" });
        var copy = await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me/personal-data", guest.Access));
        var told = Assert.Single(copy["refund_orders"]!.AsArray())!;
        Assert.Equal(
            ("dismissed", 2m, "Zuleica fell ill", "Zuleica was well"),
            (told["status"]!.GetValue<string>(), told["amount"]!.GetValue<decimal>(), told["reason"]!.GetValue<string>(), told["answer"]!.GetValue<string>()));

        await People.ExpectAsync(HttpStatusCode.OK, market.EraseAsync(guest));

        foreach (var text in new[] { "Zuleica fell ill", "Zuleica was well" })
            Assert.Equal([], await market.TablesWithAsync(text));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task A_stay_that_is_ahead_keeps_the_guest_until_it_is_over()
    {
        var guest = await market.NewGuestAsync();
        var booking = await market.BookAsync(guest.Email, guest.Access);
        var code = await market.ReadAsync<string>("SELECT confirmation_code FROM reserve.reservations WHERE booking_intent_id = @IntentId", new { booking.IntentId });

        var refused = await People.ExpectAsync(HttpStatusCode.Conflict, market.EraseAsync(guest));

        Assert.Equal("bookings_open", refused["code"]!.GetValue<string>());
        Assert.Equal(code, Assert.Single(refused["bookings"]!.AsArray())!.GetValue<string>());
        Assert.NotEmpty(await market.TablesWithAsync(guest.Email));
        await market.EndStayAsync(booking.IntentId);
        await People.ExpectAsync(HttpStatusCode.OK, market.EraseAsync(guest));
    }

    [Fact]
    public async Task A_stay_whose_days_are_over_keeps_nobody_though_its_status_was_not_moved()
    {
        var guest = await market.NewGuestAsync();
        var booking = await market.BookAsync(guest.Email, guest.Access);
        await using var connection = await market.OpenAsync();
        const string Shift = "UPDATE reserve.reservations SET check_in = check_in + @days, check_out = check_out + @days WHERE booking_intent_id = @IntentId";
        await connection.ExecuteAsync(Shift, new { booking.IntentId, days = -1000 });
        try
        {
            await People.ExpectAsync(HttpStatusCode.OK, market.EraseAsync(guest));
        }
        finally
        {
            await connection.ExecuteAsync(Shift, new { booking.IntentId, days = 1000 });
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_booking_that_is_being_made_keeps_the_guest(bool withTheAccount)
    {
        var guest = await market.NewGuestAsync();
        var held = await market.HoldAsync(guest.Email, withTheAccount ? guest.Access : null);

        await People.ExpectAsync(HttpStatusCode.Conflict, "bookings_open", market.EraseAsync(guest));

        await market.SendAsync(new(HttpMethod.Delete, $"/api/booking-intents/{held.IntentId}"));
        await market.UntilAsync(held.IntentId, "cancelled");
        await People.ExpectAsync(HttpStatusCode.OK, market.EraseAsync(guest));
        Assert.Equal([], await market.TablesWithAsync(guest.Email));
    }

    [Fact]
    public async Task A_refund_that_is_not_through_keeps_the_guest()
    {
        var guest = await market.NewGuestAsync();
        var booking = await market.BookAsync(guest.Email, guest.Access);
        await market.EndStayAsync(booking.IntentId);
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO reserve.refunds (id, payment_attempt_id, booking_intent_id, request_key, reason, amount, operation_id, requested_at, updated_at)
            SELECT id, id, booking_intent_id, 'all:test', 'test', 1, 'test:' || id, now(), now()
            FROM reserve.payment_attempts
            WHERE booking_intent_id = @IntentId
            """,
            new { booking.IntentId });

        await People.ExpectAsync(HttpStatusCode.Conflict, "bookings_open", market.EraseAsync(guest));

        await connection.ExecuteAsync("DELETE FROM reserve.refunds WHERE booking_intent_id = @IntentId", new { booking.IntentId });
        await People.ExpectAsync(HttpStatusCode.OK, market.EraseAsync(guest));
    }

    [Fact]
    public async Task A_wrong_password_is_counted_like_a_failed_login()
    {
        var guest = await market.NewGuestAsync();
        for (var tries = 0; tries < 5; tries++)
            await People.ExpectAsync(HttpStatusCode.UnprocessableEntity, "invalid_credentials", market.EraseAsync(guest, "wrong"));

        await People.ExpectAsync(HttpStatusCode.TooManyRequests, "too_many_attempts", market.EraseAsync(guest));
        Assert.Equal(HttpStatusCode.OK, (await market.GetAsync("accounts/me", guest.Access)).Status);
    }

    [Fact]
    public async Task Whoever_registers_the_address_again_is_somebody_new()
    {
        var guest = await market.NewGuestAsync();
        var booking = await market.BookAsync(guest.Email, null);
        await market.EndStayAsync(booking.IntentId);
        await People.ExpectAsync(HttpStatusCode.OK, market.EraseAsync(guest));
        Assert.Equal(HttpStatusCode.Unauthorized, (await market.GetAsync("accounts/me", guest.Access)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await market.LoginAsync(guest.Email)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await market.PostAsync("accounts/refresh", new { refresh_token = guest.Refresh })).Status);

        await People.ExpectAsync(HttpStatusCode.Accepted, market.RegisterAsync(guest.Email));
        var token = await market.MailedTokenAsync(guest.Email, "verify_email", 2);
        var again = Person.Of(guest.Email, await People.ExpectAsync(HttpStatusCode.OK, market.PostAsync("accounts/verify-email", new { token, password = People.Password })));

        Assert.NotEqual(guest.AccountId, again.AccountId);
        Assert.Empty((await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me/bookings", again.Access)))["items"]!.AsArray());
        Assert.Empty((await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me/personal-data", again.Access)))["payments"]!.AsArray());
    }

    [Fact]
    public async Task Of_two_erasures_at_once_one_is_noted()
    {
        var guest = await market.NewGuestAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => market.EraseAsync(guest)));

        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Unauthorized or HttpStatusCode.UnprocessableEntity, $"{answer.Status}: {answer.Body}"));
        Assert.Equal(1, await market.ReadAsync<long>("SELECT count(*) FROM reserve.audit_logs WHERE entity_id = @AccountId AND action = 'personal_data_erased'", new { guest.AccountId }));
    }

    [Fact]
    public async Task A_booking_made_with_the_account_at_the_same_moment_is_refused_or_keeps_the_guest()
    {
        for (var round = 0; round < 6; round++)
        {
            var guest = await market.NewGuestAsync();
            var stay = await market.FreeStayAsync();

            var booking = market.AskAsync(stay, guest.Email, guest.Access);
            var erasure = market.EraseAsync(guest);
            var (booked, erased) = (await booking, await erasure);

            Assert.True(
                (booked.Status, erased.Status) is (HttpStatusCode.Created, HttpStatusCode.Conflict) or (HttpStatusCode.Unauthorized, HttpStatusCode.OK),
                $"{booked.Status} {booked.Body}, {erased.Status} {erased.Body}");
            Assert.Equal(erased.Status == HttpStatusCode.OK, (await market.TablesWithAsync(guest.Email)).Count == 0);
        }
    }

    [Fact]
    public async Task What_a_provider_reports_about_a_payer_is_not_stored_before_an_erasure_or_after_it()
    {
        var guest = await market.NewGuestAsync();
        var booking = await market.BookAsync(guest.Email, guest.Access);
        await market.EndStayAsync(booking.IntentId);
        var charge = await market.ReadAsync<string>("SELECT provider_payment_intent_id FROM reserve.payment_attempts WHERE booking_intent_id = @IntentId", new { booking.IntentId });
        await ReportAsync("evt_early", charge, guest.Email);
        await market.QuietAsync();
        Assert.DoesNotContain("reserve.webhook_events", await market.TablesWithAsync(guest.Email));

        await People.ExpectAsync(HttpStatusCode.OK, market.EraseAsync(guest));
        await ReportAsync("evt_late", charge, guest.Email);
        await market.QuietAsync();

        Assert.Equal([], await market.TablesWithAsync(guest.Email));
        Assert.Equal([], await market.TablesWithAsync("Deodata"));
        Assert.Equal(charge, await market.ReadAsync<string>("SELECT payload #>> '{data,object,id}' FROM reserve.webhook_events WHERE provider_event_id = 'evt_late'"));
    }

    [Fact]
    public async Task Money_that_comes_late_for_an_erased_guest_goes_back_and_brings_no_name()
    {
        var guest = await market.NewGuestAsync();
        var held = await market.HoldAsync(guest.Email, guest.Access);
        var payment = await market.BeginPaymentAsync(held, "pix");
        // The charge is written off here, and can still be paid there.
        await Marketplace.FaultAsync(market.MercadoPago, new { kind = "status", status = 503, path = "/v1/payments/*", count = (int?)null });
        await using (var connection = await market.OpenAsync())
        {
            await connection.ExecuteAsync(
                "UPDATE reserve.booking_intents SET expires_at = expires_at - interval '14 minutes' WHERE id = @IntentId", new { held.IntentId });
        }

        market.Clock.Advance(TimeSpan.FromMinutes(16.7));
        await Marketplace.EventuallyAsync(
            async () =>
            {
                market.Clock.Advance(TimeSpan.FromSeconds(5));
                await Task.Delay(50);
                return await market.StatusAsync(held.IntentId) == "expired";
            },
            () => $"the intent did not expire\n{market.Complaints}");
        var login = Person.Of(guest.Email, await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(guest.Email)));
        await People.ExpectAsync(HttpStatusCode.OK, market.EraseAsync(login));
        await market.CalmAsync();

        Assert.Equal(HttpStatusCode.OK, await market.PayPixAsync(payment));

        await Marketplace.EventuallyAsync(
            async () => await market.ReadAsync<long>("SELECT count(*) FROM reserve.refunds WHERE booking_intent_id = @IntentId AND status = 'succeeded'", new { held.IntentId }) == 1,
            () => $"the money did not go back\n{market.Complaints}");
        await market.UntilAsync(held.IntentId, "cancelled");
        Assert.Equal(0, await market.ReadAsync<long>(
            "SELECT count(*) FROM reserve.pix_transactions x JOIN reserve.payment_attempts a ON a.id = x.payment_attempt_id WHERE a.booking_intent_id = @IntentId AND x.payer_name IS NOT NULL",
            new { held.IntentId }));
        Assert.Equal([], await market.TablesWithAsync(guest.Email));
        await market.ExpectSoundAsync();
    }

    [Fact]
    public async Task No_document_number_can_be_stored_in_clear()
    {
        var guest = await market.NewGuestAsync();
        var booking = await market.BookAsync(guest.Email, guest.Access, "pix");
        await using var connection = await market.OpenAsync();
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => connection.ExecuteAsync(
            """
            UPDATE reserve.pix_transactions x
            SET payer_document = @document
            FROM reserve.payment_attempts a
            WHERE a.id = x.payment_attempt_id
              AND a.booking_intent_id = @IntentId
            """,
            new { booking.IntentId, document = "52998224725" }));
        Assert.Equal("payer_document_is_masked", refused.ConstraintName);
    }

    private async Task ReportAsync(string id, string charge, string email) => await People.ExpectAsync(
        HttpStatusCode.OK,
        market.StripeReportsAsync(
            $$$"""{"id":"{{{id}}}","object":"event","type":"payment_intent.succeeded","created":1,"data":{"object":{"id":"{{{charge}}}","object":"payment_intent","receipt_email":"{{{email}}}","shipping":{"name":"Deodata"} } } }"""));

    private Task<string> BooksAsync() => market.ReadAsync<string>(
        """
        SELECT md5(coalesce(string_agg(l::text, ',' ORDER BY l.id), '')) || count(*)
        FROM reserve.financial_ledger l
        """);
}
