using System.Text.Json;

namespace ReserveConnect.Functions.Http;

/// <summary>
/// Looks at a JSON body while it comes: one that is nested too deeply, or is no JSON, is refused at the byte that says so, and
/// not when a mebibyte of it is there.
/// </summary>
internal sealed class JsonWatch
{
    private const int FewestBytes = 1024;

    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = RequestBody.MostDepth });
    private int _consumed;
    private int _lookAt;

    /// <summary>Looks at what is new.</summary>
    /// <param name="body">All bytes so far.</param>
    /// <param name="isAll">Whether no more come.</param>
    /// <exception cref="JsonException">It is no JSON, or too deep.</exception>
    public void Look(ReadOnlySpan<byte> body, bool isAll)
    {
        if (!isAll && body.Length < _lookAt)
        {
            return;
        }

        var reader = new Utf8JsonReader(body[_consumed..], isAll, _state);
        while (reader.Read())
        {
        }

        _consumed += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        // A long text that comes byte by byte is read again from its start: each time only after it has doubled.
        _lookAt = body.Length + Math.Max(FewestBytes, body.Length - _consumed);
    }
}
