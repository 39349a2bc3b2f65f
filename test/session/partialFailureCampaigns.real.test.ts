/** Campaigns, lists, carriers, phones and containers; what is cut how: cutThroughCli.ts. */
import { cutThroughCli } from "./cutThroughCli";

cutThroughCli("Carrier", "CampaignRouting", "Campaign", "List", "Phone", "SettingsContainer");
