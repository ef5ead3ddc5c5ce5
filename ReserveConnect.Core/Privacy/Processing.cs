namespace ReserveConnect.Privacy;

/// <summary>Why something about a person is held.</summary>
/// <param name="Data">What.</param>
/// <param name="Purpose">What for, and by which right (LGPD, article 7).</param>
/// <param name="Retention">How long.</param>
public sealed record HeldData(string Data, string Purpose, string Retention);

/// <summary>Somebody else who has been given data of the person, and has to be asked for what is held there.</summary>
/// <param name="Name">Who.</param>
/// <param name="Data">What they were given.</param>
public sealed record DataRecipient(string Name, string Data);

/// <summary>What is told about the processing itself; docs/privacy.md says the same at length.</summary>
public static class Processing
{
    private const string UntilErased = "Until you have it erased.";
    private const string WithTheBooks = "Kept with the books after an erasure, without what names you.";

    public static IReadOnlyList<HeldData> Held { get; } =
    [
        new("account", "To let you in and to show you your bookings (art. 7 V, performance of a contract).", UntilErased),
        new("traveler", "To recognise the guest of several bookings (art. 7 V).", UntilErased),
        new("booking_intents, reservations (with why you cancelled)", "To book your stay and to answer for it (art. 7 V).", $"{UntilErased} {WithTheBooks}"),
        new("payments, refunds", "To take and to give back money, and to prove it (art. 7 II, legal obligation; 7 V).", $"Who paid: {UntilErased} {WithTheBooks}"),
        new("sessions, mails", "To protect your account (art. 7 IX, legitimate interest).", "Until they have run out, or you have it erased."),
        new("audit_trail", "To prove what was done with your data and your money (art. 7 II).", "Kept; it names ids, not you."),
        new("pseudonyms of your address and your network", "To bound what one client may hold without paying, and failed logins (art. 7 IX).", UntilErased),
    ];

    public static IReadOnlyList<DataRecipient> Recipients { get; } =
    [
        new("The property where you stay, through the Host system", "Name, e-mail address, phone number and requests of a booking."),
        new("Stripe (card payments)", "Your card, which we never see; amount and id of the booking."),
        new("Mercado Pago (PIX)", "Name and e-mail address of the booking, amount and id."),
        new("SendGrid (mail)", "Your e-mail address and the mails of your account."),
    ];
}
