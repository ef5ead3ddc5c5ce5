using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Tokens;
using UglyToad.PdfPig.Writer;

namespace ReserveConnect.Finance.Payouts.Statements;

/// <summary>
/// Adds to the catalogue of a document what its builder has no property for: the language, which programs that read aloud go by, and that
/// a window shows the title instead of the file's name (ISO 32000-1, 7.7.2). And gives it an id that is of its content, where the library
/// draws one by lot (14.4).
/// </summary>
internal sealed partial class CatalogWriter(string language) : ITokenWriter
{
    private const int IdBytes = 16;

    private static readonly DictionaryToken ShowsTitle =
        new(new Dictionary<NameToken, IToken> { [NameToken.Create("DisplayDocTitle")] = BooleanToken.True });

    private readonly TokenWriter _writer = new();

    /// <inheritdoc/>
    public bool WritingPageContents
    {
        get => _writer.WritingPageContents;
        set => _writer.WritingPageContents = value;
    }

    /// <inheritdoc/>
    public void WriteToken(IToken token, Stream outputStream) => _writer.WriteToken(
        token is ObjectToken { Data: DictionaryToken dictionary } whole && dictionary.TryGet(NameToken.Type, out NameToken type) && type.Equals(NameToken.Catalog)
            ? new ObjectToken(
                whole.Position,
                whole.Number,
                dictionary.With(NameToken.Lang, new StringToken(language)).With(NameToken.Create("ViewerPreferences"), ShowsTitle))
            : token,
        outputStream);

    /// <inheritdoc/>
    public void WriteObject(long objectNumber, int generation, byte[] data, Stream outputStream) =>
        _writer.WriteObject(objectNumber, generation, data, outputStream);

    /// <inheritdoc/>
    public void WriteCrossReferenceTable(
        IReadOnlyDictionary<IndirectReference, long> objectOffsets, IndirectReference catalogToken, Stream outputStream,
        IndirectReference? documentInformationReference, long? prevTableLocation)
    {
        ArgumentNullException.ThrowIfNull(outputStream);
        var end = outputStream.Position;
        _writer.WriteCrossReferenceTable(objectOffsets, catalogToken, outputStream, documentInformationReference, prevTableLocation);

        outputStream.Position = 0;
        var content = new byte[outputStream.Length];
        outputStream.ReadExactly(content);
        var id = Convert.ToHexString(SHA256.HashData(content.AsSpan(0, (int)end)).AsSpan(0, IdBytes));
        var table = DrawnId().Replace(Encoding.Latin1.GetString(content.AsSpan((int)end)), $"<{id}>");
        outputStream.Position = end;
        outputStream.Write(Encoding.Latin1.GetBytes(table));
    }

    [GeneratedRegex("<[0-9A-F]{32}>")]
    private static partial Regex DrawnId();
}
