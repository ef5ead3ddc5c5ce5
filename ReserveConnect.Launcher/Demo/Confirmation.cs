using ReserveConnect.Launcher.Running;

namespace ReserveConnect.Launcher.Demo;

/// <summary>What a confirmed booking leaves: a reservation for the guest, entries in the ledger.</summary>
internal static class Confirmation
{
    /// <summary>Tells both.</summary>
    public static async Task TellAsync(Stack stack, DemoApi api, Narrator narrator, IntentAnswer intent, CancellationToken cancellation)
    {
        var reservation = await api.GetAsync<ReservationAnswer>($"reservations/{intent.ConfirmationCode}", cancellation);
        narrator.Step($"GET /api/reservations/{reservation.ConfirmationCode}: {reservation.Status}, {reservation.Property.Name}, {reservation.Property.UnitName}");
        narrator.Detail($"{reservation.CheckIn:yyyy-MM-dd} to {reservation.CheckOut:yyyy-MM-dd}, {Narrator.Money(reservation.Total)}, payment {reservation.PaymentStatus}");
        await Books.TellAsync(stack.ConnectionString, intent.BookingIntentId, narrator, cancellation);
    }
}
