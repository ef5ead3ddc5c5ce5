using ReserveConnect.Notifications;
using Xunit;

namespace ReserveConnect.Tests.Notifications;

public sealed class EmailMessageTests
{
    private static readonly Guid Id = Guid.CreateVersion7();

    [Theory]
    [InlineData("", "Subject", "Text", "kind")]
    [InlineData("ana", "Subject", "Text", "kind")]
    [InlineData("Ana <ana@example.com>", "Subject", "Text", "kind")]
    [InlineData("ana@example.com, bia@example.com", "Subject", "Text", "kind")]
    [InlineData("ana@example.com\n", "Subject", "Text", "kind")]
    [InlineData("ana@example.com", "", "Text", "kind")]
    [InlineData("ana@example.com", "Subject\r\nBcc: bia@example.com", "Text", "kind")]
    [InlineData("ana@example.com", "Subject", " ", "kind")]
    [InlineData("ana@example.com", "Subject", "Text", "")]
    public void What_cannot_be_sent_is_no_message(string to, string subject, string text, string category) =>
        Assert.ThrowsAny<ArgumentException>(() => new EmailMessage(Id, to, subject, text, null, category));

    [Fact]
    public void A_message_is_bounded()
    {
        var longest = new string('x', EmailMessage.MaxBody);
        Assert.NotNull(new EmailMessage(Id, "ana@example.com", new string('s', EmailMessage.MaxSubject), longest, longest, "kind"));
        Assert.ThrowsAny<ArgumentException>(() => new EmailMessage(Id, "ana@example.com", new string('s', EmailMessage.MaxSubject + 1), "Text", null, "kind"));
        Assert.ThrowsAny<ArgumentException>(() => new EmailMessage(Id, "ana@example.com", "Subject", longest + "x", null, "kind"));
        Assert.ThrowsAny<ArgumentException>(() => new EmailMessage(Id, "ana@example.com", "Subject", "Text", longest + "x", "kind"));
        Assert.ThrowsAny<ArgumentException>(() => new EmailMessage(Guid.Empty, "ana@example.com", "Subject", "Text", null, "kind"));
    }

    [Fact]
    public void A_message_does_not_print_what_is_in_it() =>
        Assert.Equal($"e-mail {Id} (confirmation)", $"{new EmailMessage(Id, "ana@example.com", "Subject", "Text", "<p>Html</p>", "confirmation")}");
}
