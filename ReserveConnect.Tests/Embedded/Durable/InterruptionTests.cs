using DurableTask.Core.Exceptions;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ReserveConnect.Embedded.Durable;
using ReserveConnect.Embedded.Durable.Journal;
using Xunit;

namespace ReserveConnect.Tests.Embedded.Durable;

public sealed class InterruptionTests : DurableTest
{
    private const int Programs = 40;
    private static readonly int Seed = TestSeed.Or(20260301);

    /// <summary>
    /// Interrupted: the engine loses its journal right before or right after a commit, drops all that it has in memory, and
    /// starts again from what is durable, as after a kill.
    /// </summary>
    [Fact]
    public async Task Random_programs_interrupted_at_random_end_like_uninterrupted_ones()
    {
        var random = new Random(Seed);
        var untilStrike = int.MaxValue;
        var strikes = 0;
        void Strike(CommitMoment moment, int commit)
        {
            if (Interlocked.Decrement(ref untilStrike) != 0)
                return;

            strikes++;
            lock (random)
                untilStrike = random.Next(1, 30);

            throw new IOException("interrupted");
        }

        var host = await StartAsync(
            Register,
            configure: options =>
            {
                options.ReconnectDelay = TimeSpan.FromMilliseconds(1);
                options.IdleBeforeUnload = TimeSpan.FromMilliseconds(40);
                options.AtCommit = Strike;
            });
        var programs = RandomProgram.Any.Sample(Programs, new Rnd((ulong)Seed), 12).ToArray();
        var expected = new string[Programs];
        for (var i = 0; i < Programs; i++)
            expected[i] = await EndAsync(host, programs[i], $"calm {i}");

        untilStrike = 1;
        for (var i = 0; i < Programs; i++)
            Assert.Equal((i, expected[i]), (i, await EndAsync(host, programs[i], $"struck {i}")));

        Assert.InRange(strikes, Programs, int.MaxValue);
    }

    /// <summary>Parking and waking race with results, timers, events, children and continuations.</summary>
    [Fact]
    public async Task Random_programs_that_keep_leaving_memory_all_at_once_end_like_those_that_stay()
    {
        var calm = await StartAsync(Register);
        var programs = RandomProgram.Any.Sample(Programs, new Rnd((ulong)Seed + 1), 12).ToArray();
        var expected = await Task.WhenAll(programs.Select((program, i) => EndAsync(calm, program, $"calm {i}")));
        await calm.DisposeAsync();

        var crowded = await StartAsync(
            Register,
            configure: options =>
            {
                options.IdleBeforeUnload = TimeSpan.FromMilliseconds(4);
                options.WakeAhead = TimeSpan.FromTicks(1);
                options.MaxLoadedInstances = 7;
            });
        var runs = Enumerable.Range(0, 4 * Programs).Select(async i =>
            (Program: i % Programs, Output: await EndAsync(crowded, programs[i % Programs], $"crowded {i}")));

        Assert.All(await Task.WhenAll(runs), run => Assert.Equal(expected[run.Program], run.Output));
    }

    private static void Register(DurableRegistry registry)
    {
        registry.Activity<int, int>("echo", number => number);
        registry.Activity<int?, int>("fail", new Func<int?, int>(_ => throw new TimeoutException("failed")));
        registry.Orchestrator("child", context => RandomProgram.RunAsync(context, context.GetInput<RandomProgram>()!));
        registry.Orchestrator("program", context => RandomProgram.RunAsync(context, context.GetInput<RandomProgram>()!));
    }

    private static async Task<string> EndAsync(DurableHost host, RandomProgram program, string id)
    {
        var options = new StartOrchestrationOptions(id).WithDedupeStatuses(Enum.GetValues<OrchestrationRuntimeStatus>());
        await InsistAsync(() => host.Client.ScheduleNewOrchestrationInstanceAsync("program", program, options));

        // An event whose sending failed may have arrived: all are alike, and those that nobody needs do no harm.
        for (var i = 0; i < RandomProgram.Events(program); i++)
            await InsistAsync(() => host.Client.RaiseEventAsync(id, "event", "e"));

        var ended = default(OrchestrationMetadata)!;
        await InsistAsync(async () => ended = await host.EndOfAsync(id));
        Assert.Equal((OrchestrationRuntimeStatus.Completed, null), (ended.RuntimeStatus, ended.FailureDetails?.ErrorMessage));
        return ended.ReadOutputAs<string>()!;
    }

    private static async Task InsistAsync(Func<Task> call)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (OrchestrationAlreadyExistsException)
            {
                return;
            }
            catch (DurableEngineUnavailableException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), patience.Token);
            }
        }
    }
}
