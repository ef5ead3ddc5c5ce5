using System.ComponentModel.DataAnnotations;

namespace ReserveConnect.Embedded.Http;

/// <summary>The bounds of the HTTP side; section <c>Reserve:Http</c> of the configuration.</summary>
public sealed class EmbeddedHttpOptions
{
    /// <summary>The configuration section these come from.</summary>
    public const string Section = "Reserve:Http";

    /// <summary>Where to listen, scheme http. Port 0 takes a free one. TLS ends before this host.</summary>
    [Required]
    public string Url { get; set; } = "http://127.0.0.1:7071";

    /// <summary>Where <c>host.json</c> is looked for, which may set the route prefix; by default beside the program.</summary>
    [Required]
    public string HostJsonDirectory { get; set; } = AppContext.BaseDirectory;

    /// <summary>The longest body, in bytes; a longer one is answered 413. Of a chunked body the chunks' own framing counts too.</summary>
    [Range(1, long.MaxValue)]
    public long MaxRequestBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// How long a body may announce itself to be and still be read to its end and thrown away, in bytes, when it is too long to be taken:
    /// a client that sends before it listens reads its 413 then. Of a longer one the connection is closed while it sends.
    /// </summary>
    [Range(0, 1024 * 1024 * 1024)]
    public long MaxDiscardedBodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The longest request line, in bytes; a longer one is answered 414.</summary>
    [Range(256, int.MaxValue)]
    public int MaxRequestLineBytes { get; set; } = 8 * 1024;

    /// <summary>All headers together, in bytes; more are answered 431.</summary>
    [Range(256, int.MaxValue)]
    public int MaxRequestHeaderBytes { get; set; } = 32 * 1024;

    /// <summary>The number of headers; more are answered 431.</summary>
    [Range(1, int.MaxValue)]
    public int MaxRequestHeaders { get; set; } = 100;

    /// <summary>Open connections; a further one is closed at once.</summary>
    [Range(1, long.MaxValue)]
    public long MaxConnections { get; set; } = 10_000;

    /// <summary>How long a client may take to send its headers.</summary>
    public TimeSpan RequestHeadersTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an idle connection is kept.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>How fast a body must come, in bytes a second; a slower one is answered 408.</summary>
    [Range(1, 1_000_000)]
    public int MinRequestBodyBytesPerSecond { get; set; } = 240;

    /// <summary>How fast a client must take its answer, in bytes a second; from a slower one it is taken back with the connection.</summary>
    [Range(1, 1_000_000)]
    public int MinResponseBytesPerSecond { get; set; } = 240;

    /// <summary>How long a body or an answer may be slower than that.</summary>
    public TimeSpan DataRateGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What one connection may send ahead of whoever reads it, in bytes; at least one request line.</summary>
    [Range(256, long.MaxValue)]
    public long MaxRequestBufferBytes { get; set; } = 64 * 1024;

    /// <summary>How long a function may take to answer: then its token is cancelled, and a function that heeds it is answered 504.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>How long requests in flight may go on when the host stops: then they are cancelled.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);
}
