using System.Buffers;
using System.Numerics;
using Microsoft.AspNetCore.Http;

namespace ReserveConnect.Functions.Http;

/// <summary>The bytes of a body as they come. Memory is taken for what has come, not for what was announced.</summary>
internal sealed class BodyBuffer(HttpRequest request, BodyMemory? memory)
{
    private const int FewestBytes = 4 * 1024;

    private byte[] _bytes = [];

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes so far.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Adds what has come.</summary>
    /// <exception cref="BadHttpRequestException">503: all bodies together take all the memory that they may.</exception>
    public void Append(ReadOnlySequence<byte> bytes)
    {
        var length = Length + (int)bytes.Length;
        if (length > _bytes.Length)
        {
            var capacity = Capacity(length);
            memory?.Take(request.HttpContext, capacity - _bytes.Length);
            Array.Resize(ref _bytes, capacity);
        }

        bytes.CopyTo(_bytes.AsSpan(Length));
        Length = length;
    }

    // At most twice what has come, however much was announced: to say a length costs nothing, and then not to send it neither.
    private int Capacity(int needed)
    {
        var doubled = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(needed, FewestBytes));
        return (int)Math.Max(needed, Math.Min(doubled, request.ContentLength ?? doubled));
    }
}
