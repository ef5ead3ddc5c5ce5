using System.Globalization;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Writer;

namespace ReserveConnect.Finance.Payouts.Statements;

/// <summary>Sheets of A4 that are written on from the top: points, from the upper left corner. The same writing makes the same bytes.</summary>
internal sealed class StatementPaper : IDisposable
{
    public const double Width = 595;
    public const double Height = 842;

    private readonly MemoryStream _stream = new();
    private readonly PdfDocumentBuilder _document;
    private readonly PdfDocumentBuilder.AddedFont _regular;
    private readonly PdfDocumentBuilder.AddedFont _bold;
    private PdfPageBuilder? _page;

    /// <param name="language">Of the document, for those who have it read to them.</param>
    /// <param name="at">When it is made.</param>
    public StatementPaper(string title, string author, string language, DateTimeOffset at)
    {
        _document = new PdfDocumentBuilder(_stream, disposeStream: false, tokenWriter: new CatalogWriter(language));
        _document.DocumentInformation.Title = title;
        _document.DocumentInformation.Author = author;
        _document.DocumentInformation.Creator = "Reserve Connect";
        _document.DocumentInformation.CreationDate = at.UtcDateTime.ToString("'D:'yyyyMMddHHmmss'Z'", CultureInfo.InvariantCulture);
        _regular = _document.AddTrueTypeFont(StatementFont.Regular.File);
        _bold = _document.AddTrueTypeFont(StatementFont.Bold.File);
    }

    /// <summary>What is written from here on is on another sheet.</summary>
    public void NextSheet() => _page = _document.AddPage(PageSize.A4);

    /// <summary>Writes a text whose line is at <paramref name="y"/>; smaller where there is no room for it.</summary>
    public void Write(double x, double y, string text, Ink ink, double room = Width)
    {
        var known = ink.Font.Known(text);
        Put(x, y, known, Fitting(known, ink, room));
    }

    /// <summary>The same up to <paramref name="right"/>.</summary>
    public void WriteUpTo(double right, double y, string text, Ink ink, double room = Width)
    {
        var known = ink.Font.Known(text);
        var fitting = Fitting(known, ink, room);
        Put(right - fitting.Font.Width(known, fitting.Size), y, known, fitting);
    }

    /// <summary>Writes a name that may be cut.</summary>
    public void WriteName(double x, double y, string text, Ink ink, double room) => Put(x, y, ink.Font.Cut(ink.Font.Known(text), ink.Size, room), ink);

    /// <summary>Draws a line from side to side.</summary>
    public void Rule(double left, double right, double y, byte grey, double thickness)
    {
        Page.SetStrokeColor(grey, grey, grey);
        Page.DrawLine(new PdfPoint(left, Height - y), new PdfPoint(right, Height - y), thickness);
    }

    /// <summary>Shades a part of the sheet.</summary>
    public void Shade(double left, double top, double width, double height, byte grey)
    {
        Page.SetStrokeColor(grey, grey, grey);
        Page.SetTextAndFillColor(grey, grey, grey);
        Page.DrawRectangle(new PdfPoint(left, Height - top - height), width, height, 0.1, fill: true);
    }

    /// <summary>All sheets as one file; nothing is written after it.</summary>
    public ReadOnlyMemory<byte> Bound() => _document.Build();

    /// <inheritdoc/>
    public void Dispose()
    {
        _document.Dispose();
        _stream.Dispose();
    }

    private PdfPageBuilder Page => _page ?? throw new InvalidOperationException("There is no sheet.");

    private static Ink Fitting(string known, Ink ink, double room)
    {
        var width = ink.Font.Width(known, ink.Size);
        return width <= room ? ink : ink with { Size = ink.Size * room / width };
    }

    private void Put(double x, double y, string known, Ink ink)
    {
        if (known.Length == 0)
        {
            return;
        }

        Page.SetTextAndFillColor(ink.Grey, ink.Grey, ink.Grey);
        Page.AddText(known, Math.Round(ink.Size, 2), new PdfPoint(Math.Round(x, 2), Math.Round(Height - y, 2)), ink.IsBold ? _bold : _regular);
    }
}

/// <summary>How a text looks.</summary>
/// <param name="Size">In points.</param>
/// <param name="Grey">0: black.</param>
internal sealed record Ink(double Size, bool IsBold = false, byte Grey = 30)
{
    public StatementFont Font => IsBold ? StatementFont.Bold : StatementFont.Regular;
}
