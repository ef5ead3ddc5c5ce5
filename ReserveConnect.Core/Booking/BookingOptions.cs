using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Booking;

/// <summary>Section <c>Reserve:Booking</c>: the times and bounds of the booking saga (design section 6).</summary>
public sealed class BookingOptions
{
    public const string Section = "Reserve:Booking";

    /// <summary>How long a new hold lasts.</summary>
    public TimeSpan HoldTime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How much longer a hold lasts after a payment failed.</summary>
    public TimeSpan PaymentFailureExtension { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>After this many declines the intent is cancelled.</summary>
    [Range(1, 10)]
    public int MaxPaymentFailures { get; set; } = 3;

    /// <summary>Payments that may be begun for one intent, over all methods.</summary>
    [Range(1, 100)]
    public int MaxPaymentAttempts { get; set; } = 6;

    /// <summary>No PIX charge extends a hold beyond this, counted from when it was taken: a room is not kept without paying.</summary>
    public TimeSpan LongestHold { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long the answer to e-mail and confirmation code takes, whatever it is: longer than the question to the database.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05", ParseLimitsInInvariantCulture = true)]
    public TimeSpan AccessAnswerTime { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long after a change was made the same change, asked for again, is answered as the first time: its answer may have been lost.</summary>
    public TimeSpan RepeatedChangeTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A guest who asked to cancel while a change of the booking was with the property has so long, from the end of the change on,
    /// to cancel as of when they asked.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan CancelWishTime { get; set; } = TimeSpan.FromHours(2);

    /// <summary>How often an open charge is asked for once its intent was woken.</summary>
    public TimeSpan PaymentPollInterval { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long past its end a hold is kept while the provider does not say whether it was paid.</summary>
    public TimeSpan ProviderGrace { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often the provider is asked again during that grace.</summary>
    public TimeSpan ProviderGraceInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Tries of the Host commit before it counts as failed.</summary>
    [Range(1, 10)]
    public int HostCommitTries { get; set; } = 3;

    /// <summary>Wait before the second try; doubled before each further one.</summary>
    public TimeSpan HostCommitFirstBackoff { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a paid booking waits, from when the Host was first to be asked, while the Host is down: its circuit is open, or
    /// <see cref="HostCommitTries"/> got no answer. After that a person decides.
    /// </summary>
    public TimeSpan HostQueueTime { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>How often a booking that waits looks whether the Host is back.</summary>
    public TimeSpan HostQueueInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How often, while an agent may decide on a Host that said nothing, it is looked whether it is back: then the booking is tried
    /// once more. 0: only when the agent says so.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan HostSilenceInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an agent has to decide on a failed Host commit before the money goes back by itself.</summary>
    public TimeSpan HostFailureDecisionTime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Tries of an operation that must not be lost (cancelling at the Host, capturing) before a person is called.</summary>
    [Range(1, 100)]
    public int CompensationTries { get; set; } = 10;

    /// <summary>Wait between those tries; doubled each time up to <see cref="CompensationMaxBackoff"/>.</summary>
    public TimeSpan CompensationFirstBackoff { get; set; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc cref="CompensationFirstBackoff"/>
    public TimeSpan CompensationMaxBackoff { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Tries to cancel at the Host before the guest's money stops waiting for it; the Host is asked on after that.</summary>
    [Range(1, 10)]
    public int CancelHostTries { get; set; } = 3;

    /// <summary>Wait before the second of those tries; doubled before each further one.</summary>
    public TimeSpan CancelHostFirstBackoff { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A cancellation that the Host has not settled by then is put before a person anew; the Host is asked on, every
    /// <see cref="CancelAtHost.SlowInterval"/>.
    /// </summary>
    public TimeSpan CancellationGiveUp { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Intents older than this without a saga are taken for orphans by the minute timer.</summary>
    public TimeSpan OrphanAge { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many intents one run of the minute timer looks at.</summary>
    [Range(1, 100_000)]
    public int OrphanBatch { get; set; } = 1_000;

    /// <summary>
    /// Stays that one client (an IPv4 address, or an IPv6 network of 64 bits) may hold without having paid: some guests behind one
    /// address, or an agent at work, but not a house. 0: not counted.
    /// </summary>
    [Range(0, 10_000)]
    public int MaxOpenIntentsPerClient { get; set; } = 10;

    /// <summary>
    /// All clients of an IPv6 network of 48 bits, which one subscriber may have, together hold so many times
    /// <see cref="MaxOpenIntentsPerClient"/>.
    /// </summary>
    [Range(1, 256)]
    public int OpenIntentsSiteFactor { get; set; } = 8;

    /// <summary>
    /// Stays that one e-mail address may hold without having paid, asked for from one IPv4 address or one IPv6 network of 48 bits:
    /// a family's rooms. 0: not counted.
    /// </summary>
    [Range(0, 10_000)]
    public int MaxOpenIntentsPerEmailAndClient { get; set; } = 4;

    /// <summary>
    /// Stays that one e-mail address may hold without having paid, wherever they were asked for: far more than from one client, as
    /// anybody may name anybody's address and must not keep its owner out by that. 0: not counted.
    /// </summary>
    [Range(0, 10_000)]
    public int MaxOpenIntentsPerEmail { get; set; } = 20;

    /// <summary>How often a quote is made again when the Host changed a price between quote and hold.</summary>
    [Range(1, 10)]
    public int RequoteTries { get; set; } = 3;
}
