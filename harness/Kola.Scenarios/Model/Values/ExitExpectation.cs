using System.Globalization;

namespace Kola.Scenarios.Model.Values;

/// <summary>Which exit code a command must end with: a number, <c>any</c>, or <c>failure</c> (anything but 0).</summary>
public readonly record struct ExitExpectation : IParsable<ExitExpectation>
{
    /// <summary>The form, as JSON Schema understands it.</summary>
    public const string Pattern = "^([0-9]{1,3}|any|failure)$";

    private const int AnyFailure = -1;
    private const int Anything = -2;

    private readonly int code;

    private ExitExpectation(int code) => this.code = code;

    public static ExitExpectation Success { get; } = new(0);

    public static ExitExpectation Failure { get; } = new(AnyFailure);

    public static ExitExpectation Any { get; } = new(Anything);

    public static ExitExpectation Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var exit) ? exit : throw new FormatException($"'{s}' is not an exit code; expected 0 to 255, any or failure");

    public static bool TryParse(string? s, IFormatProvider? provider, out ExitExpectation result)
    {
        result = s switch { "any" => Any, "failure" => Failure, _ => default };
        if (s is "any" or "failure")
            return true;
        if (!byte.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        result = new(number);
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
