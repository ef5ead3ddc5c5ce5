namespace ReserveConnect.Functions.Access;

/// <summary>A thing that a route names by its last parameter, and that is somebody's.</summary>
public enum Resource
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A booking intent, by <c>{id}</c>.</summary>
    BookingIntent,

    /// <summary>A reservation, by the confirmation code <c>{code}</c>.</summary>
    Reservation,
}
