using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReserveConnect.Sandbox.Control;
using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Journalling;
using ReserveConnect.Sandbox.Webhooks;

namespace ReserveConnect.Sandbox.SendGrid;

/// <summary>The stand-in for SendGrid: takes mail by the v3 API and delivers none. It sends no events.</summary>
internal static class SendGridServer
{
    /// <summary>Takes the state of earlier runs and listens.</summary>
    public static async Task<StandInServer> StartAsync(SandboxOptions options, SandboxClock clock, CancellationToken ct)
    {
        var journal = Journal.Open(options.State.Directory, "sendgrid");
        var sender = new WebhookSender(options.Webhooks, null, (_, _) => [], clock, journal, options.Http.CallsKept);
        var standIn = new StandIn("sendgrid", clock, journal, sender, options.Http, (context, status, text) => RefuseAsync(context, status, new MailError(text, null, null)));
        try
        {
            var book = new MailBook(standIn, options.SendGrid.MailsKept, journal.Restored);
            journal.ForgetRestored();
            var authorization = Encoding.UTF8.GetBytes("Bearer " + options.SendGrid.ApiKey);
            return await StandInServer.StartAsync(standIn, options.SendGrid.Url, app => Map(app, authorization, book), Reset, ct);

            Task Reset()
            {
                book.Clear();
                journal.Clear();
                return Task.CompletedTask;
            }
        }
        catch
        {
            await standIn.DisposeAsync();
            throw;
        }
    }

    private static void Map(IEndpointRouteBuilder app, byte[] authorization, MailBook book)
    {
        app.MapPost("/v3/mail/send", context => SendAsync(context, authorization, book));
        var control = app.MapGroup(ControlPath.Prefix);
        control.MapGet("/mails", context =>
        {
            var to = context.Request.Query["to"].ToString();
            var found = book.All.Where(mail => to.Length == 0 || mail.Envelope.To!.Any(address => address.Email!.Equals(to, StringComparison.OrdinalIgnoreCase)));
            return ControlCall.AnswerAsync(context, [.. found], MailJson.Default.ReceivedMailArray);
        });
        control.MapDelete("/mails", context =>
        {
            book.Clear();
            return ControlCall.DoneAsync(context);
        });
    }

    private static async Task SendAsync(HttpContext context, byte[] authorization, MailBook book)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()), authorization))
        {
            await RefuseAsync(context, 401, new MailError("The provided authorization grant is invalid, expired, or revoked", null, null));
            return;
        }

        MailRequest? mail;
        try
        {
            mail = await context.Request.ReadFromJsonAsync(MailJson.Default.MailRequest, context.RequestAborted);
        }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException)
        {
            await RefuseAsync(context, 400, new MailError("Bad Request", (unread as JsonException)?.Path?.TrimStart('$').TrimStart('.') is { Length: > 0 } path ? path : null, null));
            return;
        }
        catch (BadHttpRequestException unread)
        {
            await RefuseAsync(context, unread.StatusCode, new MailError(unread.StatusCode == 413 ? "content too large" : "Bad Request", null, null));
            return;
        }

        MailError[] errors = mail is null ? [new("Bad Request", null, null)] : [.. MailRules.Check(mail)];
        if (errors.Length > 0)
        {
            await RefuseAsync(context, 400, errors);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers["X-Message-Id"] = book.Take(mail!);
        context.Response.ContentLength = 0;
    }

    private static Task RefuseAsync(HttpContext context, int status, params MailError[] errors)
    {
        context.Response.StatusCode = status;
        return ControlCall.AnswerAsync(context, new MailErrors(errors), MailJson.Default.MailErrors);
    }
}
