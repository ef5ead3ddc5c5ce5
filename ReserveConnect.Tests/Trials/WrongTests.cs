using ReserveConnect.Trials.Replay;
using Xunit;

namespace ReserveConnect.Tests.Trials;

/// <summary>The checks of a replay on made-up facts: sound ones pass, and each check sees what it is there for.</summary>
public sealed class WrongTests
{
    // Five rows, one without a night; one was turned away, one cancelled, one did not come, one did.
    private static readonly Facts Sound = new(
        5, Counts(("no night", 1)), 0, 0, 0, Counts(("turned away", 1)), Counts(("booked", 3), ("changed", 1), ("cancelled", 1), ("checked in", 1), ("checked out", 1)), Counts(),
        Counts(("cancelled", 1), ("no_show", 1), ("completed", 1)), [], 300m, [], [new("cash_pix", "Cash", "asset", "BRL", 300m, 0m, 300m), new("guest_prepayment", "Prepaid", "liability", "BRL", 0m, 300m, 300m)],
        [new("no_night_sold_twice", 0, [])], Counts(), []);

    private static readonly Books SoundBooks = new(300m, [], [], Counts(), Counts(("confirmed", 4), ("expired", 1)), Counts(), 80m, 30m, Counts());

    private static readonly Guid Slept = Guid.CreateVersion7();
    private static readonly Guid GivenUp = Guid.CreateVersion7();

    private static readonly Dictionary<string, string> Ends = new() { ["A"] = "completed", ["B"] = "cancelled", ["C"] = "no_show" };

    private static readonly Witnesses SoundWitnesses = new(
        300m, 50m, new HashSet<Guid> { Slept }, Counts(("sagas", 0), ("events", 0)),
        new Dictionary<string, Ending> { ["A"] = new("completed", Slept), ["B"] = new("cancelled", GivenUp), ["C"] = new("no_show", Guid.CreateVersion7()) });

    private static readonly Dictionary<string, (Facts Facts, Books Books, Witnesses Witnesses, IReadOnlyDictionary<string, int> Trouble)> Broken = new()
    {
        ["a row that is nowhere"] = (Sound with { Rows = 6 }, SoundBooks, SoundWitnesses, Counts()),
        ["a booking without a reservation"] = (Sound with { Reservations = Counts(("cancelled", 1), ("no_show", 1)) }, SoundBooks, SoundWitnesses, Counts()),
        ["a cancellation that pends"] = (Sound, SoundBooks, With("B", new("cancel_pending", GivenUp)), Counts()),
        ["a no-show who was not recorded"] = (Sound, SoundBooks, With("C", new("confirmed", Guid.CreateVersion7())), Counts()),
        ["a stay that is not over"] = (Sound, SoundBooks, With("A", new("checked_out", Slept)), Counts()),
        ["two ends that were exchanged"] = (Sound, SoundBooks, SoundWitnesses with
        {
            Ends = new Dictionary<string, Ending> { ["A"] = new("cancelled", GivenUp), ["B"] = new("completed", Slept), ["C"] = SoundWitnesses.Ends["C"] },
        }, Counts()),
        ["a change that nobody made"] = (Sound, SoundBooks with { Intents = Counts(("confirmed", 5)) }, SoundWitnesses, Counts()),
        ["an intent without an end"] = (Sound, SoundBooks with { Intents = Counts(("confirmed", 4), ("refund_pending", 1)) }, SoundWitnesses, Counts()),
        ["a broken invariant"] = (Sound with { Invariants = [new("no_night_sold_twice", 2, ["a night"])] }, SoundBooks, SoundWitnesses, Counts()),
        ["books that do not balance"] = (Sound with { TrialBalance = Sound.TrialBalance.Take(1).ToList() }, SoundBooks, SoundWitnesses, Counts()),
        ["an answer that nobody should get"] = (Sound, SoundBooks, SoundWitnesses, Counts(("500", 1))),
        ["an exception that is left open"] = (Sound with { OpenExceptions = Counts(("refund_failed", 1)) }, SoundBooks, SoundWitnesses, Counts()),
        ["a saga that failed"] = (Sound, SoundBooks, SoundWitnesses with { Failed = Counts(("sagas", 1)) }, Counts()),
        ["a provider who has received more"] = (Sound, SoundBooks, SoundWitnesses with { Received = 301m }, Counts()),
        ["a provider who has given less back"] = (Sound, SoundBooks, SoundWitnesses with { GivenBack = 49.99m }, Counts()),
        ["a stay of which the host does not know"] = (Sound, SoundBooks, SoundWitnesses with { AtHost = new HashSet<Guid>() }, Counts()),
        ["a booking that was given up and stands at the host"] = (Sound, SoundBooks, SoundWitnesses with { AtHost = new HashSet<Guid> { Slept, GivenUp } }, Counts()),
        ["a booking at the host that is not ours"] = (Sound, SoundBooks, SoundWitnesses with { AtHost = new HashSet<Guid> { Slept, Guid.CreateVersion7() } }, Counts()),
    };

    public static TheoryData<string> Names => [.. Broken.Keys];

    [Fact]
    public void Facts_that_agree_are_sound() => Assert.Empty(Wrong.Of(Sound, SoundBooks, SoundWitnesses, Ends, Counts()));

    [Theory]
    [MemberData(nameof(Names))]
    public void What_does_not_agree_is_told(string name)
    {
        var (facts, books, witnesses, trouble) = Broken[name];

        Assert.NotEmpty(Wrong.Of(facts, books, witnesses, Ends, trouble));
    }

    private static Witnesses With(string code, Ending ending) =>
        SoundWitnesses with { Ends = SoundWitnesses.Ends.Select(known => known.Key == code ? new(code, ending) : known).ToDictionary() };

    private static Dictionary<string, int> Counts(params (string Which, int Count)[] counts) => counts.ToDictionary(count => count.Which, count => count.Count);
}
