using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using ReserveConnect.Tests.Accounts;
using ReserveConnect.Tests.Booking;
using Xunit;

namespace ReserveConnect.Tests.Support;

/// <summary>The queue of what waits for a person, and who has what of it.</summary>
public sealed class ExceptionQueueTests(Marketplace market) : IClassFixture<Marketplace>, IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        await using var connection = await market.OpenAsync();
        await connection.ExecuteAsync("DELETE FROM reserve.exceptions");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_gravest_come_first_then_what_is_due_first_page_by_page()
    {
        var agent = market.TokenOf(await market.SeedAsync("agent"));
        List<Guid> expected =
        [
            await market.RaiseAsync("refund_failed", "critical", TimeSpan.FromHours(-1)),
            await market.RaiseAsync("host_booking_failed", "critical", TimeSpan.FromMinutes(5)),
            await market.RaiseAsync("host_booking_failed", "critical", TimeSpan.FromMinutes(50)),
            await market.RaiseAsync("overbooked", "high", TimeSpan.FromHours(-4)),
            await market.RaiseAsync("late_payment", "medium", TimeSpan.FromHours(-5)),
            await market.RaiseAsync("late_payment", "low", TimeSpan.FromHours(1)),
        ];

        var (found, cursor, first) = (new List<Guid>(), (string?)null, (JsonNode?)null);
        do
        {
            var page = await market.GetAsync($"admin/exceptions?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}", agent);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            first ??= page.Body;
            found.AddRange(page.Body["items"]!.AsArray().Select(item => item!["id"]!.GetValue<Guid>()));
            cursor = page.Body["next_cursor"]?.GetValue<string>();
        }
        while (cursor is not null);

        Assert.Equal(expected, found);
        Assert.Equal(
            """{"critical":3,"high":1,"medium":1,"low":1,"overdue":3}""",
            first!["counts"]!.ToJsonString());
        Assert.True(first["items"]![0]!["is_overdue"]!.GetValue<bool>());
        Assert.Equal("agent", first["items"]![0]!["owner_role"]!.GetValue<string>());
        Assert.Equal("""["retry","override","transferred"]""", first["items"]![0]!["actions"]!.ToJsonString());
        Assert.Equal("""["retry","override","cancel_and_refund"]""", first["items"]![1]!["actions"]!.ToJsonString());
    }

    [Fact]
    public async Task It_is_asked_for_by_what_an_agent_has_to_do_with()
    {
        var somebody = await market.SeedAsync("agent");
        var agent = market.TokenOf(somebody);
        var property = await market.ReadAsync<Guid>("SELECT id FROM reserve.properties_map ORDER BY id LIMIT 1");
        var mine = await market.RaiseAsync("late_payment", "high", propertyId: property);
        var overdue = await market.RaiseAsync("dispute_opened", "high", TimeSpan.FromMinutes(-1));
        var dismissed = await market.RaiseAsync("late_payment", "low", TimeSpan.FromMinutes(-1));
        Assert.Equal(HttpStatusCode.OK, (await market.AssignAsync(mine, agent, new { })).Status);
        await market.OrderAsync(dismissed, agent, new { action = "dismiss", notes = "it was a test" });

        Assert.Equal([mine], await IdsAsync("assigned_to=me", agent));
        Assert.Equal([mine], await IdsAsync($"assigned_to={somebody.AccountId}", agent));
        Assert.Equal([overdue], await IdsAsync("assigned_to=none", agent));
        Assert.Equal([overdue], await IdsAsync("overdue=true", agent));
        Assert.Equal([mine], await IdsAsync($"property_id={property}", agent));
        Assert.Equal([overdue], await IdsAsync("type=dispute_opened", agent));
        Assert.Equal([mine], await IdsAsync("status=in_progress&severity=high", agent));
        Assert.Equal([dismissed], await IdsAsync("status=dismissed", agent));
        Assert.Empty(await IdsAsync("status=dismissed&overdue=true", agent));
        Assert.Equal(HttpStatusCode.BadRequest, (await market.GetAsync("admin/exceptions?assigned_to=you", agent)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await market.GetAsync("admin/exceptions?cursor=bm9uZQ", agent)).Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Of_agents_who_take_one_at_once_one_has_it_and_the_others_hear_since_when(int seed)
    {
        var agents = (await market.SeedAsync(Enumerable.Repeat(new AccountSeed("agent"), 2 + (TestSeed.Or(seed) % 4)))).Select(market.TokenOf).ToList();
        var id = await market.RaiseAsync("late_payment");

        var answers = await Task.WhenAll(agents.Select(agent => market.AssignAsync(id, agent, new { })));

        var winner = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal("in_progress", winner.Body["status"]!.GetValue<string>());
        Assert.All(answers.Where(answer => answer != winner), answer =>
        {
            answer.Refused(HttpStatusCode.Conflict, "exception_taken");
            Assert.Equal(winner.Body["assigned_at"]!.GetValue<DateTimeOffset>(), answer.Body["taken_since"]!.GetValue<DateTimeOffset>());
        });
        var loser = agents[Array.FindIndex(answers, answer => answer != winner)];
        (await market.ResolveAsync(id, loser, new { action = "dismiss", notes = "mine" })).Refused(HttpStatusCode.Conflict, "exception_taken");
        var again = await market.AssignAsync(id, agents[Array.IndexOf(answers, winner)], new { });
        Assert.Equal(winner.Body.ToJsonString(), again.Body.ToJsonString());
    }

    [Fact]
    public async Task Of_agents_who_resolve_one_at_once_one_does()
    {
        var agents = await market.SeedAsync(Enumerable.Repeat(new AccountSeed("agent"), 5));
        var id = await market.RaiseAsync("late_payment");

        var answers = await Task.WhenAll(agents.Select(agent => market.ResolveAsync(id, market.TokenOf(agent), new { action = "dismiss", notes = $"{agent.AccountId}" })));

        var winner = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal($"{winner.Body["resolved_by"]}", winner.Body["resolution_notes"]!.GetValue<string>());
        Assert.All(answers.Where(answer => answer != winner), answer => Assert.Equal(HttpStatusCode.Conflict, answer.Status));
    }

    [Fact]
    public async Task A_supervisor_gives_takes_over_and_gives_back_and_all_of_it_is_written_down()
    {
        var (one, other, chief, owner) = (await market.SeedAsync("agent"), await market.SeedAsync("agent"), await market.SeedAsync("supervisor"), await market.SeedAsync("owner"));
        var id = await market.RaiseAsync("late_payment");
        Assert.Equal(HttpStatusCode.OK, (await market.AssignAsync(id, market.TokenOf(one), new { })).Status);

        (await market.AssignAsync(id, market.TokenOf(other), new { take_over = true })).Refused(HttpStatusCode.Forbidden, "supervisor_required");
        (await market.AssignAsync(id, market.TokenOf(one), new { to = other.AccountId })).Refused(HttpStatusCode.Forbidden, "supervisor_required");
        (await market.AssignAsync(id, market.TokenOf(other), new { give_back = true })).Refused(HttpStatusCode.Conflict, "exception_taken");
        (await market.AssignAsync(id, market.TokenOf(chief), new { to = other.AccountId })).Refused(HttpStatusCode.Conflict, "exception_taken");
        (await market.AssignAsync(id, market.TokenOf(chief), new { to = owner.AccountId, take_over = true })).Refused(HttpStatusCode.UnprocessableEntity, "assignee_not_staff");
        var given = await market.AssignAsync(id, market.TokenOf(chief), new { to = other.AccountId, take_over = true });
        Assert.Equal(other.AccountId, given.Body["assigned_to"]!.GetValue<Guid>());

        var back = await market.AssignAsync(id, market.TokenOf(other), new { give_back = true });
        Assert.Equal(("open", null), (back.Body["status"]!.GetValue<string>(), back.Body["assigned_to"]));
        Assert.Equal(back.Body.ToJsonString(), (await market.AssignAsync(id, market.TokenOf(other), new { give_back = true })).Body.ToJsonString());

        await using var connection = await market.OpenAsync();
        Assert.Equal(
            [$"agent:{one.AccountId}", $"supervisor:{chief.AccountId}", $"agent:{other.AccountId}"],
            await connection.QueryAsync<string>("SELECT actor FROM reserve.audit_logs WHERE entity_type = 'exception' AND entity_id = @id AND action = 'assigned' ORDER BY id", new { id }));
        Assert.Equal(2, await market.ReadAsync<long>(
            "SELECT count(*) FROM reserve.support_activity WHERE agent_id = @AccountId AND activity_type = 'assign_exception' AND target_type = 'exception' AND target_id = @id::text",
            new { one.AccountId, id }));
    }

    [Fact]
    public async Task It_takes_the_actions_of_its_type_and_says_which_those_are()
    {
        var (agent, chief) = (market.TokenOf(await market.SeedAsync("agent")), market.TokenOf(await market.SeedAsync("supervisor")));
        var dispute = await market.RaiseAsync("dispute_opened");

        var refused = await market.ResolveAsync(dispute, agent, new { action = "retry" });
        refused.Refused(HttpStatusCode.UnprocessableEntity, "action_not_available");
        Assert.Equal("""["dismiss"]""", refused.Body["actions"]!.ToJsonString());
        (await market.ResolveAsync(dispute, agent, new { action = "dismiss", notes = "won" })).Refused(HttpStatusCode.Forbidden, "supervisor_required");
        (await market.ResolveAsync(dispute, chief, new { action = "dismiss" })).Refused(HttpStatusCode.UnprocessableEntity, "notes_required");
        (await market.ResolveAsync(dispute, chief, new { action = "dismiss", notes = new string('x', 2_001) })).Refused(HttpStatusCode.UnprocessableEntity, "too_long");
        (await market.ResolveAsync(Guid.CreateVersion7(), agent, new { action = "dismiss", notes = "?" })).Refused(HttpStatusCode.NotFound, "exception_not_found");
        (await market.ResolveAsync(await market.RaiseAsync("host_booking_failed"), agent, new { action = "override" }))
            .Refused(HttpStatusCode.UnprocessableEntity, "host_booking_id_required");
        var refund = await market.RaiseAsync("refund_failed");
        (await market.ResolveAsync(refund, agent, new { action = "override", provider_refund_id = "re_1" })).Refused(HttpStatusCode.Forbidden, "supervisor_required");
        (await market.ResolveAsync(refund, chief, new { action = "override" })).Refused(HttpStatusCode.UnprocessableEntity, "provider_refund_id_required");
        Assert.Equal(3, await market.ReadAsync<long>("SELECT count(*) FROM reserve.exceptions WHERE status = 'open'"));
    }

    [Fact]
    public async Task Dismissed_twice_is_dismissed_once_and_nobody_else_closes_it_again()
    {
        var (one, other) = (await market.SeedAsync("agent"), await market.SeedAsync("agent"));
        var id = await market.RaiseAsync("late_payment");

        var first = await market.OrderAsync(id, market.TokenOf(one), new { action = "dismiss", notes = "won" });
        var second = await market.OrderAsync(id, market.TokenOf(one), new { action = "dismiss", notes = "won" });

        Assert.Equal((HttpStatusCode.OK, "dismissed", "won"), (first.Status, first.Body["status"]!.GetValue<string>(), first.Body["resolution_notes"]!.GetValue<string>()));
        Assert.Equal(one.AccountId, first.Body["resolved_by"]!.GetValue<Guid>());
        Assert.Equal(first.Body.ToJsonString(), second.Body.ToJsonString());
        (await market.ResolveAsync(id, market.TokenOf(other), new { action = "dismiss", notes = "lost" })).Refused(HttpStatusCode.Conflict, "exception_closed");
        (await market.AssignAsync(id, market.TokenOf(other), new { })).Refused(HttpStatusCode.Conflict, "exception_closed");
    }

    private async Task<IReadOnlyList<Guid>> IdsAsync(string query, string token)
    {
        var page = await market.GetAsync($"admin/exceptions?{query}", token);
        Assert.True(page.Status == HttpStatusCode.OK, $"{page.Status}: {page.Body}");
        return [.. page.Body["items"]!.AsArray().Select(item => item!["id"]!.GetValue<Guid>())];
    }
}
