using System.Globalization;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Model.Values;

/// <summary>Which exit code a command must end with: a number, <c>any</c>, or <c>failure</c> (anything but 0).</summary>
public readonly record struct ExitExpectation : IWritten<ExitExpectation>
{
    /// <inheritdoc/>
    public static WrittenForm Form { get; } = new("an exit code from 0 to 255, any, or failure", "^([0-9]{1,3}|any|failure)$") { AlsoNumber = (0, 255) };

    private const int AnyFailure = -1;
    private const int Anything = -2;

    private readonly int code;

    private ExitExpectation(int code) => this.code = code;

    public static ExitExpectation Success { get; } = new(0);

    public static ExitExpectation Failure { get; } = new(AnyFailure);

    public static ExitExpectation Any { get; } = new(Anything);

    public static bool TryParse(string text, out ExitExpectation value)
    {
        value = text switch { "any" => Any, "failure" => Failure, _ => default };
        if (text is "any" or "failure")
            return true;
        if (!byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        value = new(number);
        return true;
    }

    /// <summary>Why the exit code is not what is expected, or <see langword="null"/> when it is.</summary>
    public string? Check(int exitCode) => code switch
    {
        Anything => null,
        AnyFailure => exitCode != 0 ? null : "expected the command to fail, it ended with exit code 0",
        _ => exitCode == code ? null : $"expected exit code {code}, got {exitCode}",
    };

    public override string ToString() => code switch
    {
        Anything => "any",
        AnyFailure => "failure",
        _ => code.ToString(CultureInfo.InvariantCulture),
    };
}
