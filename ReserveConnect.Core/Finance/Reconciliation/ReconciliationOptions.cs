using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Finance.Reconciliation;

/// <summary>Every setting and bound of reconciliation (configuration section <c>Reserve:Reconciliation</c>).</summary>
public sealed class ReconciliationOptions
{
    public const string Section = "Reserve:Reconciliation";

    /// <summary>
    /// How long before and after a day its provider is read: what is dated near midnight there may stand on the other day here. The books
    /// may lag behind by half of it. A day can be reconciled once it is over by that much.
    /// </summary>
    [Range(typeof(TimeSpan), "00:02:00", "04:59:00")]
    public TimeSpan Margin { get; set; } = TimeSpan.FromHours(4);

    /// <summary>How far back the daily run looks again at days with open findings, for what came late closes its finding.</summary>
    [Range(0, 60)]
    public int LookBackDays { get; set; } = 7;

    /// <summary>
    /// How many days before the day before the daily run reads again, whatever was found of them: what a provider lists late and the books
    /// do not know, no open finding names.
    /// </summary>
    [Range(0, 60)]
    public int RereadDays { get; set; } = 3;

    /// <summary>
    /// How far back the daily run makes up for days that failed or on which no host ran. Of a day before it that was missed a person is
    /// called, and has it reconciled.
    /// </summary>
    [Range(0, 366)]
    public int MostMissedDays { get; set; } = 31;

    /// <summary>Transactions of one page of a provider's list.</summary>
    [Range(1, 100)]
    public int PageSize { get; set; } = 100;

    /// <summary>Pages that are read and kept in one step; after a restart the step is read again.</summary>
    [Range(1, 1_000)]
    public int PagesPerStep { get; set; } = 25;

    /// <summary>Pages of one list; a day with more of them cannot be reconciled.</summary>
    [Range(1, 100_000)]
    public int MostPages { get; set; } = 20_000;

    /// <summary>How long a provider may take to make its report.</summary>
    public TimeSpan ReportPatience { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long to wait between two looks whether it is made.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan ReportPause { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Findings that one run raises; the gravest first, the others when it is run again.</summary>
    [Range(1, 100_000)]
    public int MostFindings { get; set; } = 500;

    /// <summary>How often a balance that does not agree is looked at; what it differs by is a finding if it is the same every time, else money moves.</summary>
    [Range(1, 100)]
    public int BalanceTries { get; set; } = 3;

    /// <summary>Days in a row on which a balance could not be judged because money moved at every look; on the next one it is a finding.</summary>
    [Range(1, 60)]
    public int BalancePatienceDays { get; set; } = 3;

    /// <summary>How long to wait between two looks at a balance.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan BalancePause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the providers' transactions are kept here.</summary>
    [Range(typeof(TimeSpan), "30.00:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Transactions that one run forgets at most.</summary>
    [Range(1, 10_000_000)]
    public int ForgetBatch { get; set; } = 100_000;
}
