using System.Globalization;

namespace ReserveConnect.Trials.Replay;

/// <summary>The report in words.</summary>
internal static class ReplayPrint
{
    private const double Mebi = 1 << 20;

    public static string Of(ReplayReport report)
    {
        List<string> lines =
        [
            .. Bookings(report.Facts), "", .. Rooms(report.Facts), "", .. Money(report.Facts), "", .. Soundness(report.Facts), "", .. Speed(report.Figures),
            "",
            .. report.Holds ? (string[])["every row is accounted for, and every invariant holds"] : ["BROKEN:", .. report.Facts.Wrong.Select(wrong => $"  {wrong}")],
        ];
        return string.Join('\n', lines);
    }

    private static IEnumerable<string> Bookings(Facts facts) =>
    [
        Line($"rows                {facts.Rows,8}"),
        Line($"  no stay           {facts.NoStay.Values.Sum(),8}  {Listed(facts.NoStay)}"),
        Line($"  driven            {facts.Driven,8}  {facts.BookedLater} booked later than in reality, {facts.CancelledLater} of them cancelled later"),
        Line($"not booked          {facts.NotBooked.Values.Sum(),8}  {Listed(facts.NotBooked)}"),
        Line($"booked              {Count(facts.Done, "booked"),8}"),
        Line($"  changes made      {Count(facts.Done, "changed"),8}"),
        Line($"  changes refused   {facts.NotChanged.Values.Sum(),8}  {Listed(facts.NotChanged)}"),
        Line($"  changes left out  {facts.ChangesLeftOut,8}  beyond {Plan.MostChanges} of one booking"),
        Line($"reservations        {facts.Reservations.Values.Sum(),8}  {Listed(facts.Reservations)}"),
    ];

    private static IEnumerable<string> Rooms(Facts facts) =>
    [
        "room type   rooms   nights offered   nights sold   occupancy",
        .. facts.Occupancy.Select(kind => Line($"{kind.Kind,-9}   {kind.Rooms,5}   {kind.NightsOffered,14}   {kind.NightsSold,11}   {kind.Percent,8:0.0}%")),
    ];

    private static IEnumerable<string> Money(Facts facts)
    {
        var made = facts.Refunds.Where(refund => refund.Status == "succeeded").ToList();
        var open = facts.Refunds.Except(made).ToList();
        return
        [
            Line($"taken     {facts.Taken,16:#,0.00} BRL"),
            Line($"refunded  {made.Sum(refund => refund.Amount),16:#,0.00} BRL in {made.Sum(refund => refund.Count)} refunds; {open.Sum(refund => refund.Count)} open"),
            .. facts.Refunds.Select(refund => Line($"  {refund.Purpose} {refund.Status}: {refund.Count}, {refund.Amount:#,0.00} BRL")),
            "",
            "account                                debits            credits            balance",
            .. facts.TrialBalance.Select(account => Line($"{account.Account,-25} {account.Debits,19:#,0.00}{account.Credits,19:#,0.00}{account.Balance,19:#,0.00}")),
            Line($"{"difference",-25} {facts.Difference,57:#,0.00}"),
        ];
    }

    private static IEnumerable<string> Soundness(Facts facts) =>
    [
        Line($"exceptions left open {facts.OpenExceptions.Values.Sum()}  {Listed(facts.OpenExceptions)}"),
        Line($"invariants {facts.Invariants.Count}, broken {facts.Invariants.Count(invariant => invariant.Broken > 0)}"),
        .. facts.Invariants.Select(invariant => Line($"  {(invariant.Broken == 0 ? "holds " : "BROKEN")} {invariant.Name}")),
    ];

    private static IEnumerable<string> Speed(Figures figures) =>
    [
        Line($"{figures.Rows} bookings over {figures.Span} days, something due on {figures.Days}, in {figures.Seconds:0.0} s (and {figures.StartSeconds:0.0} s for the start): {figures.RowsPerSecond:0.0} bookings/s"),
        Line($"{figures.Requests} requests, {figures.RequestsPerSecond:0.0}/s; {figures.ProcessorSeconds:0.0} s of processor time in this process, {1000 * figures.ProcessorSeconds / figures.Rows:0.0} ms a booking"),
        Line($"most memory {figures.PeakResident / Mebi:0} MiB; of the rows begun, resident and live objects in MiB:"),
        .. figures.Memory.Select(sample => Line($"  {sample.Percent,3}%  {sample.Resident / Mebi,6:0}  {sample.Live / Mebi,6:0.0}")),
    ];

    private static string Listed(IReadOnlyDictionary<string, int> counts) => string.Join(", ", counts.Select(count => Line($"{count.Value} {count.Key}")));

    private static int Count(IReadOnlyDictionary<string, int> counts, string which) => counts.GetValueOrDefault(which);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture).TrimEnd();
}
