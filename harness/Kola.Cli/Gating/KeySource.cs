using Kola.Machines;
using Kola.Results.Gate.Records;

namespace Kola.Cli.Gating;

/// <summary>Where the key that signs records is taken from.</summary>
internal static class KeySource
{
    /// <summary>Holds the key itself, as PEM: how pipelines hand out secrets.</summary>
    public const string Variable = "KOLA_SIGNING_KEY";

    /// <summary>Holds the password of an encrypted key.</summary>
    public const string PasswordVariable = "KOLA_KEY_PASSWORD";

    /// <summary>The key of a file, else of <c>$KOLA_SIGNING_KEY</c>; <see langword="null"/> when neither is given.</summary>
    /// <exception cref="InputException">What is given is no key.</exception>
    public static async Task<RecordKey?> FindAsync(string? file, CancellationToken cancellation)
    {
        var password = Environment.GetEnvironmentVariable(PasswordVariable);
        try
        {
            return file is not null ? SigningKey.ReadPrivate(await GivenFile.ReadAsync(file, path => File.ReadAllTextAsync(path, cancellation)), file, password)
                : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } pem ? SigningKey.ReadPrivate(pem, $"${Variable}", password)
                : null;
        }
        catch (RecordException e)
        {
            throw new InputException(e.Message);
        }
    }
}
