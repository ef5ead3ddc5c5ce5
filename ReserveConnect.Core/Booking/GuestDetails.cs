using System.Net.Mail;

namespace ReserveConnect.Booking;

/// <summary>Who books. Personal data: stored with the booking, never logged.</summary>
/// <param name="Phone">International format where known.</param>
public sealed record GuestDetails(string? Email, string? FirstName, string? LastName, string? Phone)
{
    private const int MaxName = 100;
    private const int MaxEmail = 255;
    private const int MaxPhone = 50;

    /// <summary>One entry per bad field; empty when the details can be booked with.</summary>
    public IEnumerable<FieldError> Check()
    {
        if (string.IsNullOrWhiteSpace(Email) || Email.Length > MaxEmail || Email.Any(char.IsControl)
            || !MailAddress.TryCreate(Email, out var address) || address.Address != Email)
        {
            yield return new("guest.email", "invalid_email", "An e-mail address is needed for the confirmation.");
        }

        if (!IsName(FirstName))
        {
            yield return new("guest.first_name", "invalid_name", $"A first name of at most {MaxName} characters is needed.");
        }

        if (!IsName(LastName))
        {
            yield return new("guest.last_name", "invalid_name", $"A last name of at most {MaxName} characters is needed.");
        }

        if (Phone is not null && (Phone.Length is < 8 or > MaxPhone || Phone.Any(c => !char.IsAsciiDigit(c) && !"+() -".Contains(c))))
        {
            yield return new("guest.phone", "invalid_phone", "A phone number has 8 to 50 digits, spaces, brackets or hyphens.");
        }
    }

    private static bool IsName(string? name) =>
        !string.IsNullOrWhiteSpace(name) && name.Length <= MaxName && !name.Any(char.IsControl);
}
