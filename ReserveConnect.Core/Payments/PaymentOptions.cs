using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Payments;

/// <summary>When a card's money is taken.</summary>
public static class CardCapture
{
    /// <summary>At once: compensation is a refund.</summary>
    public const string Automatic = "automatic";

    /// <summary>After the Host's yes: compensation is a void, which costs no fee.</summary>
    public const string AfterHostCommit = "after_host_commit";
}

/// <summary>Section <c>Reserve:Payments</c>.</summary>
public sealed class PaymentOptions
{
    public const string Section = "Reserve:Payments";

    /// <summary><see cref="Payments.CardCapture.Automatic"/> or <see cref="Payments.CardCapture.AfterHostCommit"/>.</summary>
    [RegularExpression("automatic|after_host_commit", ErrorMessage = "Reserve:Payments:CardCapture is automatic or after_host_commit")]
    public string CardCapture { get; set; } = Payments.CardCapture.Automatic;

    /// <summary>How long a PIX charge can be paid: 30 minutes is the shortest that Mercado Pago allows.</summary>
    [Range(typeof(TimeSpan), "00:30:00", "1.00:00:00")]
    public TimeSpan PixLifetime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Added to <see cref="PixLifetime"/>, so that a clock that differs a little does not make it too short.</summary>
    public TimeSpan PixClockMargin { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How old a webhook's time stamp may be.</summary>
    public TimeSpan WebhookTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long after a charge was told to close for another payment a card's mere reservation of it is not taken in: longer than
    /// the provider may take to hear of it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan ClosingTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a client that polls a payment makes the provider be asked.</summary>
    public TimeSpan StatusAskInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long after a payment its webhook counts as late: its provider is asked, and a person is told.</summary>
    public TimeSpan WebhookLateAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How far back payments are looked at whose webhook never came.</summary>
    public TimeSpan WebhookWatchTime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a person has to find out why a webhook did not come, or what became of late money.</summary>
    public TimeSpan OddMoneyTime { get; set; } = TimeSpan.FromHours(4);

    /// <summary>Payments of a kind that one run of the minute timer asks about.</summary>
    [Range(1, 10_000)]
    public int PollBatch { get; set; } = 200;

    /// <summary>How many of them at the same time.</summary>
    [Range(1, 64)]
    public int PollParallelism { get; set; } = 4;

    /// <summary>How long a provider's fee is asked for that was not there with its money; ever less often.</summary>
    public TimeSpan FeeWatchTime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often an open dispute is asked for, should its webhooks not come.</summary>
    public TimeSpan DisputeAskInterval { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How long a person has for a dispute of which the provider names no deadline.</summary>
    public TimeSpan DisputeAnswerTime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Tries of a refund at short intervals before a person is called; after that it is tried at long ones.</summary>
    [Range(1, 100)]
    public int RefundTries { get; set; } = 5;

    /// <summary>First wait between tries of a refund; doubled each time up to <see cref="RefundMaxBackoff"/>.</summary>
    public TimeSpan RefundFirstBackoff { get; set; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc cref="RefundFirstBackoff"/>
    public TimeSpan RefundMaxBackoff { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A refund that its provider has worked on for so long is shown to a person; its provider is asked on.</summary>
    public TimeSpan RefundPendingLimit { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Of what staff give back at their own discretion, all that may be given of one booking without a second person, in BRL; beyond it
    /// a supervisor approves who did not order it (design section 8).
    /// </summary>
    [Range(0, 1_000_000)]
    public decimal RefundApprovalLimit { get; set; } = 5_000m;

    /// <summary>By when somebody should have looked at a refund that was made past this system.</summary>
    public TimeSpan RefundByHandDue { get; set; } = TimeSpan.FromDays(1);

    /// <summary>After this the saga stops trying; the exception that was raised stays with a person.</summary>
    public TimeSpan RefundGiveUp { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long a charge that could be neither closed nor asked for is watched after its intent ended.</summary>
    public TimeSpan StrayWatchTime { get; set; } = TimeSpan.FromDays(2);

    /// <summary>How often it is asked for.</summary>
    public TimeSpan StrayWatchInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait after so many tries of a refund.</summary>
    internal TimeSpan RefundBackoff(int tries)
    {
        var wait = RefundFirstBackoff * Math.Pow(2, Math.Min(tries, 20));
        return wait < RefundMaxBackoff ? wait : RefundMaxBackoff;
    }
}
