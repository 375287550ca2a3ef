using Kola.Scenarios.Steps.Guest;
using Kola.Yaml;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>Finds the scenario that another one goes on from.</summary>
internal static class ScenarioParent
{
    /// <summary>The parent that <c>from</c> names, at its only case; <see langword="null"/> when there is none or a problem was reported.</summary>
    public static ScenarioCase? Load(YamlMapping tree, string root, Descent descent, BindingContext context, ICollection<YamlProblem> problems)
    {
        if (tree.Find("from") is not YamlMapping from || from.Find("scenario") is not YamlScalar reference || context.Resolve(reference) is not { } path)
            return null;
        if (descent.Contains(path))
        {
            context.Report(reference.Location, $"'{reference.Text}' goes on from this scenario itself; expected a scenario that begins with machines");
            return null;
        }

        if (descent.TryLoad(path, root, problems) is not { } parent)
            return null;
        if (parent.Matrix.Count > 0)
        {
            context.Report(reference.Location, $"{parent.Name} has a matrix, so it is not one scenario to go on from; expected one without");
            return null;
        }

        var only = parent.Expand()[0];
        string[] labels = [.. only.Steps.OfType<CheckpointStep>().Select(step => step.Label)];
        if (from.Find("checkpoint") is not YamlScalar checkpoint || labels.Contains(checkpoint.Text))
            return only;
        context.Report(checkpoint.Location, $"{parent.Name} has no checkpoint '{checkpoint.Text}'; expected {(labels is [] ? "one (it has none)" : $"one of {string.Join(", ", labels)}")}{Spelling.Hint(checkpoint.Text, labels)}");
        return null;
    }

    /// <summary>Tells what is wrong with a scenario's own checkpoints.</summary>
    public static void CheckCheckpoints(IReadOnlyList<Step> steps, IReadOnlyCollection<MachineDefinition> machines, BindingContext context)
    {
        HashSet<string> seen = [];
        foreach (var step in steps.OfType<CheckpointStep>())
        {
            if (!seen.Add(step.Label))
                context.Report(step.Location, $"checkpoint '{step.Label}' a second time; expected each name once");
            if (machines.FirstOrDefault(machine => machine.Tpm) is { } tpm)
                context.Report(step.Location, $"machine '{tpm.Name}' has a TPM, whose state cannot be kept; expected no checkpoint, or no TPM");
            if (machines.FirstOrDefault(machine => machine.Disk.Bus is DiskBusName.Nvme || machine.Disks.Values.Any(disk => disk.Bus is DiskBusName.Nvme)) is { } nvme)
                context.Report(step.Location, $"machine '{nvme.Name}' has an NVMe disk, which QEMU cannot save; expected no checkpoint, or another bus");
            if (machines.FirstOrDefault(machine => machine.Network.Joins.Count > 0) is { } joined)
                context.Report(step.Location, $"machine '{joined.Name}' joins a network of others, whose frames on their way cannot be kept; expected no checkpoint, or no 'joins'");
        }
    }
}
