namespace Kola.Machines.Provisioning;

/// <summary>Translates Butane configs to Ignition by <c>butane</c>, where it is installed (https://coreos.github.io/butane/).</summary>
/// <param name="program">Name in PATH, or path.</param>
public sealed class Butane(string program = "butane")
{
    /// <summary>Translates one config.</summary>
    /// <param name="strict">Whether a warning is an error.</param>
    /// <returns>The Ignition config and why there is none; exactly one is <see langword="null"/>. Both are: the program is not installed.</returns>
    public async Task<(string? Ignition, string? Refusal)> TranslateAsync(string config, bool strict, CancellationToken cancellationToken)
    {
        // Its report goes to standard error, and the config is all that it prints.
        var output = Path.Combine(Path.GetTempPath(), $"kola-butane-{Guid.NewGuid():N}.ign");
        try
        {
            var answer = await ConfigChecker.RunAsync(program, [.. strict ? ["--strict"] : Array.Empty<string>(), "--output", output], config, cancellationToken);
            return answer is null ? (null, null)
                : answer.ExitCode == 0 && File.Exists(output) ? (await File.ReadAllTextAsync(output, cancellationToken), null)
                : (null, answer.Report.Length == 0 ? $"exit code {answer.ExitCode}" : answer.Report);
        }
        finally
        {
            File.Delete(output);
        }
    }
}
