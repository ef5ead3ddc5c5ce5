using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Database;
using ReserveConnect.Events;
using ReserveConnect.Notifications;

namespace ReserveConnect.Accounts;

/// <summary>
/// Sends what an account's owner has to know. The event has an id and nothing else; the token is made here, for the mail
/// alone. A mail that was not sent, or of which that is unknown, is sent when the event comes again.
/// </summary>
public sealed class AccountMails(
    ReserveDatabase database, OneTimeTokens tokens, IEmailSender sender, TimeProvider clock, IOptions<AccountOptions> options, ILogger<AccountMails> log)
    : IEventHandler
{
    internal const string LinkWanted = "account.link_wanted";
    internal const string PasswordChanged = "account.password_changed";

    public IReadOnlyCollection<string> EventTypes { get; } = [LinkWanted, PasswordChanged];

    public async Task HandleAsync(StoredEvent stored, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var mail = stored.EventType == LinkWanted
            ? await LinkAsync(stored.AggregateId, cancellation)
            : await ChangedAsync(stored.AggregateId, cancellation);
        if (mail is not var (to, text))
        {
            return;
        }

        await sender.SendOfEventAsync(new(stored.Id, to, text.Subject, text.Body, null, text.Category), log, cancellation);
    }

    private async Task<(string To, AccountMailText Text)?> LinkAsync(Guid tokenId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        var row = await connection.QuerySingleOrDefaultAsync<(string Purpose, byte[] Hash, string Email, string Locale)?>(
            """
            SELECT t.purpose, t.token_hash, a.email, a.locale
            FROM reserve.one_time_tokens t
            JOIN reserve.accounts a ON a.id = t.account_id
            WHERE t.id = @tokenId
              AND t.used_at IS NULL
              AND t.revoked_at IS NULL
              AND t.expires_at > @now
            """,
            new { tokenId, now = clock.GetUtcNow() });
        if (row is not var (purpose, hash, email, locale))
        {
            return null;
        }

        var link = purpose == TokenPurpose.AlreadyRegistered
            ? AccountLinks.Login(options.Value)
            : AccountLinks.To(options.Value, purpose, tokens.TextOf(tokenId, purpose, hash));
        return (email, AccountMailText.For(purpose, locale, link, options.Value));
    }

    private async Task<(string To, AccountMailText Text)?> ChangedAsync(Guid accountId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        return await AccountRows.FindAsync(connection, accountId) is { IsActive: true } account
            ? (account.Email, AccountMailText.PasswordChanged(account.Locale, AccountLinks.Login(options.Value)))
            : null;
    }
}
