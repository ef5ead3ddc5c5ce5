using System.ComponentModel.DataAnnotations;
using ReserveConnect.Finance.Payouts.Statements;
using ReserveConnect.Privacy;

namespace ReserveConnect.Finance.Payouts;

/// <summary>Every setting and bound of payouts (configuration section <c>Reserve:Payouts</c>).</summary>
public sealed class PayoutOptions : IValidatableObject
{
    public const string Section = "Reserve:Payouts";

    /// <summary>What is sent without a second person, in BRL; beyond it a supervisor approves who did not order it (design section 8).</summary>
    [Range(0, 1_000_000_000)]
    public decimal ApprovalLimit { get; set; } = 10_000m;

    /// <summary>How long after it was asked for an approval is reminded of.</summary>
    public TimeSpan ApprovalReminder { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long it is waited for; then the payout is rejected, and its money is in the next one.</summary>
    public TimeSpan ApprovalTimeout { get; set; } = TimeSpan.FromDays(3);

    /// <summary>How long is left after the reminder.</summary>
    internal TimeSpan ApprovalAfterReminder => ApprovalTimeout - ApprovalReminder;

    /// <summary>Over how long what was ordered for one property without a second person is added up before it is compared with <see cref="ApprovalLimit"/>.</summary>
    public TimeSpan OrderWindow { get; set; } = TimeSpan.FromDays(7);

    /// <summary>For how long after it whoever changed where a property is paid does not approve a payout to it.</summary>
    public TimeSpan DestinationWatch { get; set; } = TimeSpan.FromDays(90);

    /// <summary>A Monday from which every second one pays those that are paid every two weeks.</summary>
    public DateOnly BiweeklyFrom { get; set; } = new(2026, 1, 5);

    /// <summary>How many days without a run are made up for.</summary>
    [Range(1, 366)]
    public int MostMissedDays { get; set; } = 31;

    /// <summary>Properties whose payouts are calculated in one transaction.</summary>
    [Range(1, 1_000)]
    public int Chunk { get; set; } = 100;

    /// <summary>Chunks that one run calculates at the same time.</summary>
    [Range(1, 64)]
    public int ChunksAtOnce { get; set; } = 2;

    /// <summary>Refusals of a transfer before a person is called; then it waits for them.</summary>
    [Range(1, 100)]
    public int Tries { get; set; } = 5;

    /// <summary>First wait between tries; doubled each time up to <see cref="MaxBackoff"/>.</summary>
    public TimeSpan FirstBackoff { get; set; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc cref="FirstBackoff"/>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How long a balance that does not suffice is waited for before it is looked at again.</summary>
    public TimeSpan BalanceRetry { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a provider that was not reached, or does not take our key, is left alone.</summary>
    public TimeSpan UnreachedRetry { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a payout waits for the end of a cancellation of a booking in it.</summary>
    public TimeSpan CancellationRetry { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a provider's balance is believed, less what was sent since.</summary>
    public TimeSpan BalanceAge { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A transfer that its provider has worked on, or said nothing of, for so long is shown to a person; its provider is asked on.</summary>
    public TimeSpan PendingLimit { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a provider is asked what became of a transfer before a supervisor may say it.</summary>
    public TimeSpan SettleAfter { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How often a payout that failed and waits for a person is looked at without their word, which wakes it at once.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan FailedLook { get; set; } = TimeSpan.FromDays(1);

    /// <summary>A payout that nothing has moved for so long gets its saga again.</summary>
    public TimeSpan OrphanAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many of those one look takes.</summary>
    [Range(1, 10_000)]
    public int OrphanBatch { get; set; } = 500;

    /// <summary>Statements as PDF or CSV that are made at once in this process; another is asked to come later.</summary>
    [Range(1, 100)]
    public int StatementsAtOnce { get; set; } = 4;

    /// <summary>When whoever was too many may try again.</summary>
    public TimeSpan StatementRetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The company that issues statements, as they name it.</summary>
    [Required]
    [StringLength(100)]
    public string IssuerName { get; set; } = "Reserve Connect";

    /// <summary>Its CNPJ, with or without punctuation; without one statements name none.</summary>
    public string? IssuerDocument { get; set; }

    internal StatementIssuer Issuer => new(IssuerName, TaxDocument.Parse(IssuerDocument)?.Written);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ApprovalTimeout <= ApprovalReminder)
        {
            yield return new($"{Section}:{nameof(ApprovalTimeout)} must be longer than {nameof(ApprovalReminder)}.", [nameof(ApprovalTimeout)]);
        }

        if (!string.IsNullOrWhiteSpace(IssuerDocument) && TaxDocument.Parse(IssuerDocument) is not { IsCpf: false })
        {
            yield return new($"{Section}:{nameof(IssuerDocument)} is no CNPJ.", [nameof(IssuerDocument)]);
        }
    }

    /// <summary>How long to wait after so many tries.</summary>
    internal TimeSpan Backoff(int tries)
    {
        var wait = FirstBackoff * Math.Pow(2, Math.Min(tries, 20));
        return wait < MaxBackoff ? wait : MaxBackoff;
    }
}
