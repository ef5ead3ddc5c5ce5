using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReserveConnect.Notifications;

namespace ReserveConnect.Providers.SendGrid;

/// <summary>SendGrid over its REST API v3.</summary>
internal sealed class SendGridRestSender : IEmailSender
{
    private readonly ProviderTransport _transport;
    private readonly EmailOptions _options;
    private readonly ILogger _log;

    public SendGridRestSender(
        HttpClient http,
        ProviderPipelines pipelines,
        IOptions<EmailOptions> options,
        TimeProvider time,
        ILogger<SendGridRestSender> log)
    {
        _options = options.Value;
        _log = log;
        _transport = new ProviderTransport(
            SendGridCalls.Provider, http, pipelines, _options, SendGridCalls.Refusal, SendGridCalls.UnderWay, time, log);
    }

    public async Task<ProviderAnswer<AcceptedEmail>> Send(EmailMessage message, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!_options.IsConfigured)
            return SendGridCalls.NotConfigured(_log);
        return await _transport.Send(
            new ProviderCall<AcceptedEmail>(
                SendGridCalls.Operation,
                () => Request(message),
                async (response, body, cut) =>
                {
                    await body.CopyToAsync(Stream.Null, cut);
                    return SendGridCalls.Accepted(response.Headers);
                },
                ProviderRepeat.Never),
            ct);
    }

    private HttpRequestMessage Request(EmailMessage message) => new(HttpMethod.Post, new Uri("v3/mail/send", UriKind.Relative))
    {
        Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(SendGridMail.Of(message, _options), SendGridJson.Default.SendGridMail))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        },
    };
}
