using System.Globalization;

namespace Kola.Results.Allure;

/// <summary>The pipeline's job that a run was made by.</summary>
/// <param name="System">For people, such as <c>GitHub Actions</c>.</param>
/// <param name="Type">Allure's word for it.</param>
public sealed record BuildJob(string System, string Type, string Name, string Url, long? Number)
{
    /// <summary>As GitHub Actions and GitLab say it; <see langword="null"/>: no pipeline that is known.</summary>
    public static BuildJob? FromEnvironment(Func<string, string?> environment)
    {
        string Of(string name) => environment(name) ?? "";
        if (Of("GITHUB_ACTIONS") == "true")
            return new("GitHub Actions", "github", $"{Of("GITHUB_WORKFLOW")} #{Of("GITHUB_RUN_NUMBER")}", $"{Of("GITHUB_SERVER_URL")}/{Of("GITHUB_REPOSITORY")}/actions/runs/{Of("GITHUB_RUN_ID")}", Whole(Of("GITHUB_RUN_NUMBER")));
        if (Of("GITLAB_CI") == "true")
            return new("GitLab", "gitlab", $"{Of("CI_JOB_NAME")} #{Of("CI_PIPELINE_IID")}", Of("CI_JOB_URL"), Whole(Of("CI_PIPELINE_IID")));
        return null;
    }

    private static long? Whole(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
