using System.ComponentModel;
using Kola.Yaml.Binding;

namespace Kola.Machines.Images.Catalog;

/// <summary>How an image's reboot agent is configured to reboot under a FleetLock server.</summary>
public sealed record LockClient
{
    [Description("The file in the guest."), Format("^/", "an absolute path"), Example("/etc/zincati/config.d/50-lock.toml")]
    public required string File { get; init; }

    [Description("What it holds: {url} stands for the server's address, without a slash at its end, {group} for the machine's group."), Format(@"\{url\}", "a text that names {url}")]
    [Example("""
        "[updates]\nstrategy = \"fleet_lock\"\n[updates.fleet_lock]\nbase_url = \"{url}/\"\n"
        """)]
    public required string Content { get; init; }

    /// <summary>The content for a machine.</summary>
    public string For(Uri server, string group) => Content.Replace("{url}", server.ToString().TrimEnd('/'), StringComparison.Ordinal).Replace("{group}", group, StringComparison.Ordinal);
}
