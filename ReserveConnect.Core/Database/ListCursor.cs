using System.Buffers.Text;
using System.Text;

namespace ReserveConnect.Database;

/// <summary>Where the next page of a list begins: the keys of the last item, as the opaque text that a client sends back.</summary>
public static class ListCursor
{
    private const char Between = '|';
    private const int MostCharacters = 200;

    /// <summary>What to answer to a text that is none.</summary>
    public static Refusal Invalid => Refusal.Malformed(
        "invalid_cursor", "This is no cursor of this list.", new FieldError("cursor", "invalid_cursor", "Send back what next_cursor said."));

    /// <summary>The text of the keys, none of which has a <c>|</c>.</summary>
    public static string Write(params IEnumerable<string> keys) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join(Between, keys)));

    /// <summary>The keys; null when it is no such text. Their meaning is the list's to check.</summary>
    public static string[]? Read(string cursor)
    {
        if (cursor.Length > MostCharacters || !Base64Url.IsValid(cursor))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        return text.All(c => !char.IsControl(c) && c != '\uFFFD') ? text.Split(Between) : null;
    }
}
