namespace ReserveConnect.Trials.Replay;

/// <summary>How a booking of the file ended.</summary>
internal enum RealEnd
{
    CameAndLeft,
    Cancelled,
    NoShow,
}

/// <summary>A row of the file: a booking as it happened. Its days are those of the file.</summary>
/// <param name="Row">From 1.</param>
/// <param name="LeadTime">Days from the booking to the arrival.</param>
/// <param name="RoomType">The type that the hotel gave, in a letter.</param>
/// <param name="Changes">How often it was changed.</param>
/// <param name="EndedOn">When it was cancelled, when the guest left, when the guest did not come.</param>
/// <param name="Rate">Average price of a night; 0 where nothing was paid.</param>
internal sealed record RealBooking(
    int Row, int LeadTime, DateOnly Arrival, int Nights, int Adults, int Children, int Babies, string Segment, string RoomType, int Changes, RealEnd End,
    DateOnly EndedOn, decimal Rate)
{
    public DateOnly BookedOn => Arrival.AddDays(-LeadTime);

    public DateOnly Departure => Arrival.AddDays(Nights);
}
