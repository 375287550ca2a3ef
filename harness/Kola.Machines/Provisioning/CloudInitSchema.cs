namespace Kola.Machines.Provisioning;

/// <summary>Asks <c>cloud-init schema</c> about a cloud-config, where it is installed.</summary>
internal sealed class CloudInitSchema(string program)
{
    /// <summary>Returns the tool's warnings, or why it did not judge.</summary>
    /// <exception cref="InputException">The tool refuses the config; its report is in the message.</exception>
    public async Task<IReadOnlyList<string>> CheckAsync(string userData, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("kola-user-data-");
        try
        {
            var file = Path.Combine(directory.FullName, "user-data");
            await File.WriteAllTextAsync(file, userData, cancellationToken);
            var answer = await ConfigChecker.RunAsync(program, ["schema", "--config-file", file], null, cancellationToken);
            if (answer is null)
                return [$"{program} is not installed: user-data was checked for being YAML only"];

            var report = answer.Report.Replace(file, "user-data", StringComparison.Ordinal);
            if (answer.ExitCode != 0)
                throw new InputException($"user-data: {program} schema refuses it:\n{report}\nCorrect what the report names, or set validate: false to let the guest judge it.");

            return report.Split('\n', StringSplitOptions.RemoveEmptyEntries) is var lines ? [.. lines.Where(l => !l.StartsWith("Valid ", StringComparison.Ordinal))] : [];
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
