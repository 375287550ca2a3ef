using System.Text.Json.Nodes;

namespace Kola.Machines.Provisioning;

/// <summary>Asks <c>ignition-validate</c> (Debian package ignition) about a config, where it is installed.</summary>
internal sealed class IgnitionValidator(string program)
{
    /// <summary>Returns the validator's warnings, or why it did not judge.</summary>
    /// <exception cref="InputException">The validator refuses the config; its report is in the message.</exception>
    public async Task<IReadOnlyList<string>> CheckAsync(JsonNode config, CancellationToken cancellationToken)
    {
        // Indented, so that the line the validator names is one a reader can find.
        var text = config.ToJsonString(new(SeedJson.Readable) { WriteIndented = true });
        var answer = await ConfigChecker.RunAsync(program, ["-"], text, cancellationToken);
        if (answer is null)
            return [$"{program} is not installed: the Ignition config was checked for its version only"];

        // A newer spec than the validator's is no fault: the image decides, and its Ignition may be newer than this host's.
        if (answer.Report.Contains("unsupported config version", StringComparison.Ordinal))
            return [$"{program} of this host does not know version {config["ignition"]?["version"]}: the Ignition config was checked for its version only"];

        if (answer.ExitCode != 0)
            throw IgnitionConfig.Refused($"{program} refuses it:\n{answer.Report}", "correct what the report names, or set validate: false to let the guest refuse it");

        return answer.Report.Length == 0 ? [] : answer.Report.Split('\n');
    }
}
