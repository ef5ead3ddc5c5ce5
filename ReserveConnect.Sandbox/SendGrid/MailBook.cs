using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using ReserveConnect.Sandbox.Hosting;
using ReserveConnect.Sandbox.Journalling;

namespace ReserveConnect.Sandbox.SendGrid;

/// <summary>The mails that were taken, oldest first; beyond a number the oldest are forgotten.</summary>
internal sealed class MailBook
{
    private const string Kind = "mail";

    // SendGrid's ids have 22 characters.
    private const int IdBytes = 16;

    private readonly Lock _gate = new();
    private readonly StandIn _server;
    private readonly int _kept;
    private readonly Queue<ReceivedMail> _mails;
    private long _number;

    public MailBook(StandIn server, int kept, IReadOnlyList<JournalEntry> restored)
    {
        _server = server;
        _kept = kept;
        _mails = new(restored.Where(e => e.Kind == Kind).Select(e => e.Read(MailJson.Default.ReceivedMail)).OrderBy(mail => mail.Number));
        _number = _mails.Count == 0 ? 0 : _mails.Last().Number;
    }

    /// <summary>The mails.</summary>
    public IReadOnlyList<ReceivedMail> All
    {
        get
        {
            lock (_gate)
                return [.. _mails];
        }
    }

    /// <summary>Takes a message that is in order; gives its id.</summary>
    public string Take(MailRequest mail)
    {
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        lock (_gate)
        {
            using var change = _server.Begin();
            foreach (var envelope in mail.Personalizations!)
            {
                var received = new ReceivedMail(
                    id, ++_number, _server.Clock.GetUtcNow(), envelope, mail.From!, mail.ReplyTo, envelope.Subject ?? mail.Subject!, mail.Content!, mail.Categories ?? []);
                _mails.Enqueue(received);
                change.Put(Kind, Key(received), received, MailJson.Default.ReceivedMail);
            }

            while (_mails.Count > _kept)
                change.Remove(Kind, Key(_mails.Dequeue()));
            change.Commit();
        }

        return id;
    }

    /// <summary>Forgets them.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            using var change = _server.Begin();
            while (_mails.TryDequeue(out var mail))
                change.Remove(Kind, Key(mail));
            change.Commit();
        }
    }

    private static string Key(ReceivedMail mail) => mail.Number.ToString(CultureInfo.InvariantCulture);
}
