using System.Globalization;

namespace ReserveConnect.Booking;

/// <summary>What a guest is told who wants to cancel while a change of the booking is with the property.</summary>
public static class CancelWishWords
{
    /// <summary>Member of the problem document: the sentence in the guest's language.</summary>
    public const string Message = "message";

    /// <summary>Member of the problem document: the UTC instant that counts.</summary>
    public const string WishedAt = "cancel_wished_at";

    private static readonly TimeSpan ComeBackAfter = TimeSpan.FromMinutes(1);

    /// <summary>The refusal with when they asked and with what that is good for.</summary>
    /// <param name="underWay">Why they have to wait.</param>
    /// <param name="wishedAt">UTC instant.</param>
    /// <param name="lasts">How long it counts from the end of the change on.</param>
    /// <param name="language"><c>pt-BR</c> or <c>en</c>.</param>
    public static Refusal Of(Refusal underWay, DateTimeOffset wishedAt, TimeSpan lasts, string language)
    {
        ArgumentNullException.ThrowIfNull(underWay);
        return underWay with
        {
            RetryAfter = ComeBackAfter,
            Detail = $"{underWay.Detail} The moment of this request is kept: it decides on the refund of a cancellation within {English(lasts)} after the change has ended.",
            Extensions = new Dictionary<string, object?>(underWay.Extensions ?? new Dictionary<string, object?>())
            {
                [WishedAt] = wishedAt,
                [Message] = language == "en"
                    ? $"A change of this booking waits for the property. We have noted when you asked to cancel: that moment decides on your refund if you cancel within {English(lasts)} after the change has ended."
                    : $"Uma alteração desta reserva aguarda a propriedade. Anotamos quando você pediu o cancelamento: esse momento vale para o reembolso se você cancelar em até {Portuguese(lasts)} depois que a alteração terminar.",
            },
        };
    }

    private static string English(TimeSpan lasts) => Count(lasts, ("hour", "hours"), ("minute", "minutes"));

    private static string Portuguese(TimeSpan lasts) => Count(lasts, ("hora", "horas"), ("minuto", "minutos"));

    private static string Count(TimeSpan lasts, (string One, string Many) hours, (string One, string Many) minutes)
    {
        var (number, unit) = lasts >= TimeSpan.FromHours(1) && lasts.Ticks % TimeSpan.TicksPerHour == 0
            ? ((long)lasts.TotalHours, hours)
            : ((long)lasts.TotalMinutes, minutes);
        return string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? unit.One : unit.Many)}");
    }
}
