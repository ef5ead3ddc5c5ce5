using System.Net;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ReserveConnect.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Accounts;

public sealed class ManageUsersTests(Marketplace market) : IClassFixture<Marketplace>
{
    [Theory]
    [InlineData("guest")]
    [InlineData("owner")]
    [InlineData("agent")]
    [InlineData("supervisor")]
    public async Task Only_an_admin_manages_users(string role)
    {
        var admin = await market.NewAdminAsync();
        var other = role switch
        {
            "guest" => await market.NewGuestAsync(),
            "owner" => await market.InviteAsync(admin, role),
            _ => await market.NewStaffAsync(admin, role),
        };

        foreach (var (path, body) in new (string, object?)[]
        {
            ("admin/users", null), ("admin/users", new { email = People.NewEmail(), role = "admin", first_name = "A", last_name = "B" }),
            ($"admin/users/{other.AccountId}/role", new { role = "admin" }), ($"admin/users/{admin.AccountId}/disable", new { }),
            ($"admin/users/{other.AccountId}/enable", new { }), ($"admin/users/{admin.AccountId}/reset-second-factor", new { }),
        })
        {
            var method = body is null ? HttpMethod.Get : HttpMethod.Post;
            await People.ExpectAsync(HttpStatusCode.Forbidden, "forbidden", market.SendAsync(method, path, body, other.Access));
            await People.ExpectAsync(HttpStatusCode.Unauthorized, "authentication_required", market.SendAsync(method, path, body, null));
        }
    }

    [Fact]
    public async Task Somebody_who_is_invited_sets_a_password_and_has_the_role()
    {
        var admin = await market.NewAdminAsync();
        var owner = await market.InviteAsync(admin, "owner");

        var profile = await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("accounts/me", owner.Access));

        Assert.Equal("owner", profile["role"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_invitation_works_once_for_three_days_and_can_be_sent_again()
    {
        var admin = await market.NewAdminAsync();
        var email = People.NewEmail();
        var body = new { email, role = "agent", first_name = "Rui", last_name = "Lima" };
        await People.ExpectAsync(HttpStatusCode.Created, market.PostAsync("admin/users", body, admin.Access));
        var first = await market.MailedTokenAsync(email, "invitation");
        market.Clock.Advance(TimeSpan.FromDays(3) + TimeSpan.FromSeconds(1));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", AcceptAsync(first));

        admin = await AgainAsync(admin);
        await People.ExpectAsync(HttpStatusCode.Created, market.PostAsync("admin/users", body, admin.Access));
        var second = await market.MailedTokenAsync(email, "invitation", 2);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AcceptAsync(second)));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        await People.ExpectAsync(HttpStatusCode.Conflict, "account_exists", market.PostAsync("admin/users", body, admin.Access));
    }

    [Fact]
    public async Task Another_role_counts_from_the_next_request_on()
    {
        var admin = await market.NewAdminAsync();
        var supervisor = await market.NewStaffAsync(admin, "admin");
        await People.ExpectAsync(HttpStatusCode.OK, market.GetAsync("admin/users", supervisor.Access));

        await People.ExpectAsync(HttpStatusCode.OK, market.PostAsync($"admin/users/{supervisor.AccountId}/role", new { role = "supervisor" }, admin.Access));

        await People.ExpectAsync(HttpStatusCode.Forbidden, "forbidden", market.GetAsync("admin/users", supervisor.Access));
        await People.ExpectAsync(HttpStatusCode.UnprocessableEntity, "invalid_user", market.PostAsync($"admin/users/{supervisor.AccountId}/role", new { role = "service" }, admin.Access));
        await People.ExpectAsync(HttpStatusCode.NotFound, "account_not_found", market.PostAsync($"admin/users/{Guid.CreateVersion7()}/role", new { role = "agent" }, admin.Access));
    }

    [Fact]
    public async Task A_guest_who_becomes_staff_sets_up_a_second_factor_before_anything_else()
    {
        var admin = await market.NewAdminAsync();
        var guest = await market.NewGuestAsync();
        await People.ExpectAsync(HttpStatusCode.OK, market.PostAsync($"admin/users/{guest.AccountId}/role", new { role = "agent" }, admin.Access));

        await People.ExpectAsync(HttpStatusCode.Forbidden, "second_factor_setup_required", market.GetAsync("accounts/me", guest.Access));
    }

    [Fact]
    public async Task An_account_that_is_disabled_is_out_at_once_until_it_is_enabled()
    {
        var admin = await market.NewAdminAsync();
        var guest = await market.NewGuestAsync();
        await market.PostAsync("accounts/password-reset", new { email = guest.Email });
        var reset = await market.MailedTokenAsync(guest.Email, "reset_password");
        await People.ExpectAsync(HttpStatusCode.OK, market.PostAsync($"admin/users/{guest.AccountId}/disable", new { reason = "asked for it" }, admin.Access));

        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.GetAsync("accounts/me", guest.Access));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_refresh_token", market.PostAsync("accounts/refresh", new { refresh_token = guest.Refresh }));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_credentials", market.LoginAsync(guest.Email));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.PostAsync("accounts/password-reset/confirm", new { token = reset, password = People.OtherPassword }));
        await People.ExpectAsync(HttpStatusCode.OK, market.PostAsync($"admin/users/{guest.AccountId}/enable", new { }, admin.Access));

        await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(guest.Email));
        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.GetAsync("accounts/me", guest.Access));
    }

    [Fact]
    public async Task Who_changed_what_is_in_the_audit_log()
    {
        var admin = await market.NewAdminAsync();
        var guest = await market.NewGuestAsync();
        await market.PostAsync($"admin/users/{guest.AccountId}/role", new { role = "owner" }, admin.Access);
        await market.PostAsync($"admin/users/{guest.AccountId}/disable", new { reason = "fraud" }, admin.Access);

        await using var connection = await market.OpenAsync();
        var rows = await connection.QueryAsync<(string Action, string Actor, string? Reason)>(
            "SELECT action, actor, reason FROM reserve.audit_logs WHERE entity_id = @AccountId AND actor LIKE 'admin:%' ORDER BY id", new { guest.AccountId });

        Assert.Equal([("role_changed", $"admin:{admin.AccountId}", null), ("status", $"admin:{admin.AccountId}", "fraud")], rows);
    }

    [Fact]
    public async Task The_last_admin_is_neither_disabled_nor_demoted()
    {
        var admin = await market.NewAdminAsync();
        await OnlyAsync(admin);

        await People.ExpectAsync(HttpStatusCode.Conflict, "last_admin", market.PostAsync($"admin/users/{admin.AccountId}/disable", new { }, admin.Access));
        await People.ExpectAsync(HttpStatusCode.Conflict, "last_admin", market.PostAsync($"admin/users/{admin.AccountId}/role", new { role = "supervisor" }, admin.Access));

        Assert.Equal(1, await AdminsAsync());
    }

    [Theory]
    [InlineData("disable", "disable")]
    [InlineData("role", "role")]
    [InlineData("disable", "role")]
    public async Task Of_two_admins_who_remove_each_other_at_once_one_stays(string one, string other)
    {
        for (var rounds = 0; rounds < 5; rounds++)
        {
            var (a, b) = (await market.NewAdminAsync(), await market.NewAdminAsync());
            await OnlyAsync(a, b);

            await Task.WhenAll(RemoveAsync(a, b, one), RemoveAsync(b, a, other));

            Assert.Equal(1, await AdminsAsync());
        }
    }

    [Fact]
    public async Task The_list_comes_in_pages_the_newest_first()
    {
        var admin = await market.NewAdminAsync();
        var guests = new List<Guid>();
        for (var made = 0; made < 5; made++)
            guests.Add((await market.NewGuestAsync()).AccountId);

        List<Guid> listed = [];
        string? cursor = null;
        do
        {
            var page = await People.ExpectAsync(
                HttpStatusCode.OK, market.GetAsync($"admin/users?role=guest&status=active&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}", admin.Access));
            listed.AddRange(page["items"]!.AsArray().Select(item => item!["account_id"]!.GetValue<Guid>()));
            cursor = page["next_cursor"]?.GetValue<string>();
        }
        while (cursor is not null);

        Assert.Equal(listed.Distinct().Count(), listed.Count);
        Assert.Equal(Enumerable.Reverse(guests), listed.Take(5));
        await People.ExpectAsync(HttpStatusCode.BadRequest, "invalid_value", market.GetAsync("admin/users?cursor=x", admin.Access));
    }

    [Fact]
    public async Task A_lost_second_factor_is_removed_by_an_admin_with_every_session()
    {
        var admin = await market.NewAdminAsync();
        var agent = await market.NewStaffAsync(admin, "agent");

        await People.ExpectAsync(HttpStatusCode.NoContent, market.PostAsync($"admin/users/{agent.AccountId}/reset-second-factor", new { }, admin.Access));

        await People.ExpectAsync(HttpStatusCode.Unauthorized, "invalid_token", market.GetAsync("accounts/me", agent.Access));
        Assert.True((await market.LoginAsync(agent.Email)).Body["second_factor_required"]!.GetValue<bool>());
    }

    [Fact]
    public async Task An_admin_does_not_reset_their_own_second_factor()
    {
        var admin = await market.NewAdminAsync();

        await People.ExpectAsync(HttpStatusCode.Conflict, "own_account", market.PostAsync($"admin/users/{admin.AccountId}/reset-second-factor", new { }, admin.Access));

        await People.ExpectAsync(HttpStatusCode.Unauthorized, "second_factor_required", market.LoginAsync(admin.Email));
    }

    [Fact]
    public async Task An_address_that_somebody_only_registered_can_be_invited()
    {
        var admin = await market.NewAdminAsync();
        var email = People.NewEmail();
        await market.RegisterAsync(email, People.OtherPassword);
        var strangers = await market.MailedTokenAsync(email, "verify_email");

        await People.ExpectAsync(
            HttpStatusCode.Created, market.PostAsync("admin/users", new { email, role = "agent", first_name = "Rui", last_name = "Lima" }, admin.Access));

        await People.ExpectAsync(
            HttpStatusCode.Unauthorized, "invalid_token", market.PostAsync("accounts/verify-email", new { token = strangers, password = People.OtherPassword }));
        await People.ExpectAsync(HttpStatusCode.OK, AcceptAsync(await market.MailedTokenAsync(email, "invitation")));
        Assert.Equal("agent Rui", await market.ReadAsync<string>("SELECT role || ' ' || first_name FROM reserve.accounts WHERE email = @email", new { email }));
    }

    [Fact]
    public async Task A_status_changes_only_through_its_transition_function_and_only_legally()
    {
        var guest = await market.NewGuestAsync();
        await using var connection = await market.OpenAsync();

        var direct = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => connection.ExecuteAsync("UPDATE reserve.accounts SET status = 'disabled' WHERE id = @AccountId", new { guest.AccountId }));
        var illegal = await Assert.ThrowsAsync<Npgsql.PostgresException>(
            () => connection.ExecuteAsync("SELECT reserve.transition_account(@AccountId, 'active', 'invited', 'x', 'x', now())", new { guest.AccountId }));

        Assert.Equal(("RC001", "RC001"), (direct.SqlState, illegal.SqlState));
    }

    private Task<Answer> AcceptAsync(string token) => market.PostAsync("accounts/accept-invitation", new { token, password = People.Password });

    private async Task<Person> AgainAsync(Person admin) => Person.Of(
        admin.Email, await People.ExpectAsync(HttpStatusCode.OK, market.LoginAsync(admin.Email, code: market.Code(admin.Secret!)))) with { Secret = admin.Secret };

    private Task<Answer> RemoveAsync(Person by, Person whom, string how) => how == "disable"
        ? market.PostAsync($"admin/users/{whom.AccountId}/disable", new { }, by.Access)
        : market.PostAsync($"admin/users/{whom.AccountId}/role", new { role = "agent" }, by.Access);

    private Task<long> AdminsAsync() => market.ReadAsync<long>("SELECT count(*) FROM reserve.accounts WHERE role = 'admin' AND status = 'active'");

    private async Task OnlyAsync(params Person[] admins)
    {
        var change = market.Services.GetRequiredService<ChangeRole>();
        await using var connection = await market.OpenAsync();
        foreach (var id in await connection.QueryAsync<Guid>("SELECT id FROM reserve.accounts WHERE role = 'admin' AND id <> ALL(@kept)", new { kept = admins.Select(a => a.AccountId).ToArray() }))
            await change.RunAsync(id, "guest", new(ActorKind.Service), CancellationToken.None);
        Assert.Equal(admins.Length, await AdminsAsync());
    }
}
