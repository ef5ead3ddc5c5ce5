using System.Text.Json.Serialization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.DurableTask;

namespace ReserveConnect.Tests.Embedded.Durable;

/// <summary>A small orchestration that is data: it can be made at random, and run by an interpreter that is an orchestrator.</summary>
[JsonPolymorphic]
[JsonDerivedType(typeof(Call), "call")]
[JsonDerivedType(typeof(Failing), "failing")]
[JsonDerivedType(typeof(Timer), "timer")]
[JsonDerivedType(typeof(Event), "event")]
[JsonDerivedType(typeof(Child), "child")]
[JsonDerivedType(typeof(InOrder), "in order")]
[JsonDerivedType(typeof(Together), "together")]
[JsonDerivedType(typeof(FirstOf), "first of")]
[JsonDerivedType(typeof(Again), "again")]
public abstract record RandomProgram
{
    /// <summary>An activity that gives its number back.</summary>
    public sealed record Call(int Number) : RandomProgram;

    /// <summary>An activity that always fails, tried a few times.</summary>
    public sealed record Failing(int Attempts) : RandomProgram;

    public sealed record Timer(int Milliseconds) : RandomProgram;

    /// <summary>An event that was sent before anybody waited for it.</summary>
    public sealed record Event : RandomProgram;

    public sealed record Child(RandomProgram Body) : RandomProgram;

    public sealed record InOrder(RandomProgram[] Parts) : RandomProgram;

    public sealed record Together(RandomProgram[] Parts) : RandomProgram;

    /// <summary>A part against a timer that is far away and cancelled.</summary>
    public sealed record FirstOf(RandomProgram Part) : RandomProgram;

    /// <summary>The part, and then once more in a new execution.</summary>
    public sealed record Again(RandomProgram Part) : RandomProgram;

    public static Gen<RandomProgram> Any { get; } = Gen.Sized(size => OfSize(Math.Min(size, 12)))
        .Zip(Gen.Elements(false, false, true))
        .Select(drawn => drawn.Item2 ? new Again(drawn.Item1) : drawn.Item1);

    /// <summary>Runs a part; what it gives depends on nothing but the program.</summary>
    public static async Task<string> RunAsync(TaskOrchestrationContext context, RandomProgram program)
    {
        switch (program)
        {
            case Call call:
                return (await context.CallActivityAsync<int>("echo", call.Number)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            case Failing failing:
                try
                {
                    await context.CallActivityAsync(
                        "fail", options: new TaskOptions(new RetryPolicy(failing.Attempts, TimeSpan.FromMilliseconds(1))));
                    return "?";
                }
                catch (TaskFailedException failed)
                {
                    return failed.FailureDetails.ErrorMessage;
                }

            case Timer timer:
                await context.CreateTimer(TimeSpan.FromMilliseconds(timer.Milliseconds), CancellationToken.None);
                return "rang";
            case Event:
                return await context.WaitForExternalEvent<string>("event");
            case Child child:
                return await context.CallSubOrchestratorAsync<string>("child", child.Body);
            case InOrder parts:
                var results = new List<string>();
                foreach (var part in parts.Parts)
                    results.Add(await RunAsync(context, part));

                return $"[{string.Join(" ", results)}]";
            case Together parts:
                return $"({string.Join(" ", await Task.WhenAll(parts.Parts.Select(part => RunAsync(context, part))))})";
            case FirstOf first:
                using (var stop = new CancellationTokenSource())
                {
                    var far = context.CreateTimer(TimeSpan.FromHours(1), stop.Token);
                    var near = RunAsync(context, first.Part);
                    var won = await Task.WhenAny(far, near);
                    stop.Cancel();
                    return won == near ? await near : "?";
                }

            case Again again:
                var result = await RunAsync(context, again.Part);
                context.ContinueAsNew(new InOrder([again.Part, new Call(result.Length)]));
                return result;
            default:
                throw new InvalidOperationException($"unknown part {program}");
        }
    }

    /// <summary>How many events the program waits for at most.</summary>
    public static int Events(RandomProgram program) => program switch
    {
        Event => 1,
        InOrder parts => parts.Parts.Sum(Events),
        Together parts => parts.Parts.Sum(Events),
        FirstOf first => Events(first.Part),
        Again again => 2 * Events(again.Part),
        _ => 0,
    };

    private static Gen<RandomProgram> OfSize(int size)
    {
        var leaf = Gen.OneOf(
            Gen.Choose(0, 99).Select(number => (RandomProgram)new Call(number)),
            Gen.Choose(1, 3).Select(attempts => (RandomProgram)new Failing(attempts)),
            Gen.Choose(0, 3).Select(milliseconds => (RandomProgram)new Timer(milliseconds)),
            Gen.Constant((RandomProgram)new Event()));
        if (size <= 1)
            return leaf;

        var part = OfSize(size / 3);
        return Gen.OneOf(
            leaf,
            // Events belong to the instance that they were sent to, so a child waits for none.
            part.Where(body => Events(body) == 0).Select(body => (RandomProgram)new Child(body)),
            part.ArrayOf(3).Select(parts => (RandomProgram)new InOrder(parts)),
            part.ArrayOf(3).Select(parts => (RandomProgram)new Together(parts)),
            part.Select(body => (RandomProgram)new FirstOf(body)));
    }
}
