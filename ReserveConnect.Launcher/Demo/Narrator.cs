using System.Globalization;

namespace ReserveConnect.Launcher.Demo;

/// <summary>Tells the demo step by step.</summary>
internal sealed class Narrator(TextWriter output)
{
    private int _step;

    /// <summary>Begins a chapter.</summary>
    public void Chapter(string title) => output.WriteLine($"\n== {title}");

    /// <summary>Tells one step.</summary>
    public void Step(string what) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{++_step,3}. {what}"));

    /// <summary>Adds to the step before.</summary>
    public void Detail(string what) => output.WriteLine($"     {what}");

    /// <summary>An amount as Brazil writes it.</summary>
    public static string Money(decimal amount) => string.Create(CultureInfo.GetCultureInfo("pt-BR"), $"R$ {amount:N2}");
}
