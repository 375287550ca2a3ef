using Kola.Yaml;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>Finds the scenario that another one goes on from.</summary>
internal static class ScenarioParent
{
    /// <summary>The parent that <c>from</c> names, at its only case; <see langword="null"/> when there is none or a problem was reported.</summary>
    public static ScenarioCase? Load(YamlMapping tree, string root, ParentFiles parents, BindingContext context, ICollection<YamlProblem> problems)
    {
        if (tree.Find("from") is not YamlMapping from || from.Find("scenario") is not YamlScalar reference || context.Resolve(reference) is not { } path)
            return null;
        if (parents.Contains(path))
        {
            context.Report(reference.Location, $"'{reference.Text}' continues from this scenario itself; expected a scenario that begins with machines");
            return null;
        }

        if (parents.TryLoad(path, root, problems) is not { } parent)
            return null;
        if (parent.Matrix.Count > 0)
        {
            context.Report(reference.Location, $"{parent.Name} has a matrix, so it is not one scenario to go on from; expected one without");
            return null;
        }

        var only = parent.Expand()[0];
        string[] labels = [.. only.Steps.Select(step => step.Checkpoint).OfType<string>()];
        if (from.Find("checkpoint") is not YamlScalar checkpoint || labels.Contains(checkpoint.Text))
            return only;
        context.Report(checkpoint.Location, $"{parent.Name} has no checkpoint '{checkpoint.Text}'; expected {(labels is [] ? "one (it has none)" : $"one of {string.Join(", ", labels)}")}{Spelling.Hint(checkpoint.Text, labels)}");
        return null;
    }
}
