using ReserveConnect.Providers;

namespace ReserveConnect.Notifications;

/// <summary>
/// Hands e-mails to the provider that delivers them. The provider knows no idempotency key: the same message handed over
/// twice arrives twice. So a call is made once; after <see cref="ProviderAnswer{T}.NotSent"/> it may be repeated, after
/// <see cref="ProviderAnswer{T}.Unknown"/> the provider's events tell by the message's id whether it was taken.
/// </summary>
public interface IEmailSender
{
    /// <summary>Hands one over. Done means accepted for delivery, not delivered.</summary>
    Task<ProviderAnswer<AcceptedEmail>> Send(EmailMessage message, CancellationToken ct);
}

/// <summary>An e-mail that the provider took.</summary>
/// <param name="ProviderMessageId">The provider's id, with which its events begin; null if it gave none.</param>
public sealed record AcceptedEmail(string? ProviderMessageId);
