using Kola.Scenarios.Steps.Cluster;
using Kola.Scenarios.Steps.Guest;
using Kola.Scenarios.Steps.Network;
using Kola.Scenarios.Steps.Power;
using Kola.Scenarios.Steps.Update;
using Kola.Yaml;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>Tells what is wrong among the steps that are about updates.</summary>
internal static class UpdateSteps
{
    /// <param name="inherited">Servers of the scenario that this one goes on from.</param>
    public static void Check(IReadOnlyList<Step> steps, IReadOnlyList<string> inherited, BindingContext context)
    {
        var servers = inherited.ToList();
        foreach (var step in steps)
        {
            switch (step)
            {
                case ServeStep serve when !servers.Contains(serve.Server):
                    servers.Add(serve.Server);
                    break;
                case UpdateStep update:
                    CheckServer(update, update.From, "from", servers, context);
                    if (update is { Refused: not null, UpToDate: true })
                        context.Report(update.Location, "both 'refused' and 'up-to-date' are given; expected one of them");
                    if (update.Background && (update.UpToDate || update.Refused is not null))
                        context.Report(update.Location, "an update in the background is judged later; expected 'refused' at 'wait-for: {update: …}'");
                    break;
                case RollStep roll:
                    CheckServer(roll, roll.From, "from", servers, context);
                    break;
                case RequestsStep requests:
                    CheckServer(requests, requests.Server, "requests", servers, context);
                    break;
                case PowerCutStep { When: { Served: not null } moment } cut:
                    CheckServer(cut, moment.Server, "server", servers, context);
                    break;
                case NetworkStep { When: { Served: not null } moment } network:
                    CheckServer(network, moment.Server, "server", servers, context);
                    break;
                case SabotageStep sabotage when (sabotage.Unit is null) == (sabotage.How is SabotageKind.FailingUnit):
                    context.Report(sabotage.Location, sabotage.Unit is null ? "which unit fails is not said; expected 'unit'" : "'unit' has no meaning here; expected it with failing-unit only");
                    break;
                default:
                    break;
            }
        }
    }

    private static void CheckServer(Step step, string? name, string key, List<string> servers, BindingContext context)
    {
        if (servers is [])
            context.Report(step.Location, $"nothing is served before '{step.Kind}'; expected a step 'serve' before it");
        else if (name is null && servers.Count > 1)
            context.Report(step.Location, $"'{step.Kind}' does not say which server; expected '{key}:' with one of {string.Join(", ", servers)}");
        else if (name is not null && !servers.Contains(name))
            context.Report(step.Location, $"no server is called '{name}'; expected one of {string.Join(", ", servers)}{Spelling.Hint(name, servers)}");
    }
}
