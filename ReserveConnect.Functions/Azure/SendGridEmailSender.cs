using Microsoft.Extensions.Logging;
using ReserveConnect.Notifications;
using ReserveConnect.Providers;
using ReserveConnect.Providers.SendGrid;
using SendGrid;
using SendGrid.Helpers.Mail;

namespace ReserveConnect.Functions.Azure;

/// <summary>SendGrid by its official library, under the bounds of <see cref="ProviderLibrary"/>.</summary>
internal sealed class SendGridEmailSender : IEmailSender
{
    private readonly ProviderLibrary _library;
    private readonly EmailOptions _options;
    private readonly ILogger _log;
    private readonly SendGridClient? _client;

    public SendGridEmailSender(ProviderLibrary library, EmailOptions options, ILogger<SendGridEmailSender> log)
    {
        _library = library;
        _options = options;
        _log = log;
        // The library takes no empty key.
        if (options.IsConfigured)
            _client = new SendGridClient(library.Http, new SendGridClientOptions { ApiKey = options.ApiKey, Host = options.BaseUrl });
    }

    public async Task<ProviderAnswer<AcceptedEmail>> Send(EmailMessage message, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_client is null)
            return SendGridCalls.NotConfigured(_log);
        var mail = Mail(message);
        return await _library.Call(
            SendGridCalls.Operation,
            ProviderRepeat.Never,
            async cut => SendGridCalls.Accepted((await _client.SendEmailAsync(mail, cut)).Headers),
            ct);
    }

    private SendGridMessage Mail(EmailMessage message) => new()
    {
        Personalizations =
        [
            new()
            {
                Tos = [new EmailAddress(message.To)],
                CustomArgs = new() { [SendGridCalls.MessageId] = message.Id.ToString() },
            },
        ],
        From = new EmailAddress(_options.FromAddress, _options.FromName),
        Subject = message.Subject,
        PlainTextContent = message.Text,
        HtmlContent = message.Html,
        Categories = [message.Category],
    };
}
