using System.Globalization;

namespace ReserveConnect.Booking;

/// <summary>What a guest is written whose paid booking waits for the property: in the language of their account, or in both.</summary>
internal sealed record WaitingMailText(string Subject, string Body)
{
    /// <summary>For the provider's statistics.</summary>
    public const string Category = "waits_for_property";

    private const string English = "en";

    private const string Between = "\n\n--\n\n";

    /// <param name="guest">Who waits for what.</param>
    /// <param name="until">UTC instant at which a person decides.</param>
    public static WaitingMailText For(WaitingGuest guest, DateTimeOffset until)
    {
        var (portuguese, english) = (InPortuguese(guest, until), InEnglish(guest, until));
        return guest.Locale switch
        {
            null => new($"{portuguese.Subject} / {english.Subject}", portuguese.Body + Between + english.Body),
            English => english,
            _ => portuguese,
        };
    }

    private static WaitingMailText InPortuguese(WaitingGuest guest, DateTimeOffset until) => guest.IsChange
        ? new(
            "A alteração da sua reserva aguarda a propriedade",
            $"O sistema de {guest.Property} não responde no momento. A alteração para {Stay(guest, "pt-BR", "a")} aguarda a resposta; sua reserva continua valendo como está. Não pague de novo.\n\nSe não houver resposta até as {At(until, guest)} (horário local), nossa equipe cuida do caso: ou a alteração é feita, ou o que você pagou por ela volta.")
        : new(
            "Sua reserva aguarda a propriedade",
            $"Seu pagamento chegou, mas o sistema de {guest.Property} não responde no momento. Sua reserva de {Stay(guest, "pt-BR", "a")} aguarda a resposta; o quarto está guardado para você. Não pague de novo.\n\nSe não houver resposta até as {At(until, guest)} (horário local), nossa equipe cuida do caso: ou a reserva é confirmada, ou todo o valor volta. Se não quiser esperar, você pode desistir e receber todo o valor de volta.");

    private static WaitingMailText InEnglish(WaitingGuest guest, DateTimeOffset until) => guest.IsChange
        ? new(
            "The change of your booking waits for the property",
            $"The system of {guest.Property} does not answer at the moment. The change to {Stay(guest, English, "to")} waits for its answer; your booking stands as it is. Please do not pay again.\n\nIf there is no answer by {At(until, guest)} (local time), our team takes care of it: either the change is made, or what you paid for it comes back.")
        : new(
            "Your booking waits for the property",
            $"We have your payment, but the system of {guest.Property} does not answer at the moment. Your booking of {Stay(guest, English, "to")} waits for its answer; the room is kept for you. Please do not pay again.\n\nIf there is no answer by {At(until, guest)} (local time), our team takes care of it: either the booking is confirmed, or all of the money comes back. If you do not want to wait, you may leave and have all of it back.");

    private static string Stay(WaitingGuest guest, string language, string to)
    {
        var format = language == English ? "d MMM yyyy" : "dd/MM/yyyy";
        return $"{guest.CheckIn.ToString(format, CultureInfo.InvariantCulture)} {to} {guest.CheckOut.ToString(format, CultureInfo.InvariantCulture)}";
    }

    private static string At(DateTimeOffset until, WaitingGuest guest) =>
        TimeZoneInfo.ConvertTime(until, TimeZoneInfo.FindSystemTimeZoneById(guest.TimeZone)).ToString("HH:mm", CultureInfo.InvariantCulture);
}
