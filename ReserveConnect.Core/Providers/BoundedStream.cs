namespace ReserveConnect.Providers;

/// <summary>Reads a stream up to a number of bytes and throws <see cref="InvalidDataException"/> beyond it: a provider's
/// answer must not fill the memory, compressed or not.</summary>
internal sealed class BoundedStream(Stream inner, long limit) : Stream
{
    private long _read;

    /// <summary>A whole body within the bound.</summary>
    /// <exception cref="InvalidDataException">It is longer.</exception>
    public static async Task<byte[]> Whole(HttpContent content, long limit, CancellationToken ct)
    {
        using var buffer = new MemoryStream();
        await using var body = new BoundedStream(await content.ReadAsStreamAsync(ct), limit);
        await body.CopyToAsync(buffer, ct);
        return buffer.ToArray();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Counted(await inner.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Counted(inner.Read(buffer, offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Counted(int count)
    {
        _read += count;
        return _read <= limit ? count : throw new InvalidDataException($"the answer is longer than {limit} bytes");
    }
}
