namespace ReserveConnect.Sandbox.HostConnect;

/// <summary>What came of a booking call.</summary>
internal abstract record BookingAnswer
{
    /// <summary>A new booking stands.</summary>
    public sealed record Created(Booking Booking) : BookingAnswer;

    /// <summary>The booking as it is now.</summary>
    public sealed record Standing(Booking Booking) : BookingAnswer;

    /// <summary>No, and nothing happened.</summary>
    public sealed record Refused(HostProblem Problem) : BookingAnswer;

    /// <summary>A refusal.</summary>
    public static implicit operator BookingAnswer(HostProblem problem) => new Refused(problem);
}
