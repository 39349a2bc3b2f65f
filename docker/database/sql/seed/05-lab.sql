-- Two campaigns for bridges, as the admin page's "add a campaign" leaves them, with a list and one lead each.

INSERT INTO vicidial_campaigns (campaign_id, campaign_name, active, dial_status_a, lead_order, list_order_mix, campaign_stats_refresh, web_form_address, start_call_url, dispo_call_url, na_call_url, survey_first_audio_file, survey_opt_in_audio_file, survey_ni_audio_file, agent_hangup_value) VALUES
  ('SIGMA1', 'Sigma Voice Agent', 'Y', 'NEW', 'DOWN', 'DISABLED', 'Y', '', '', '', '', '', '', '', ''),
  ('SIGMA2', 'Sigma Voice Agent, second', 'Y', 'NEW', 'DOWN', 'DISABLED', 'Y', '', '', '', '', '', '', '', '');
INSERT INTO vicidial_campaign_stats (campaign_id) VALUES ('SIGMA1'), ('SIGMA2');
INSERT INTO vicidial_campaign_stats_debug (campaign_id, server_ip) VALUES ('SIGMA1', ''), ('SIGMA2', '');

INSERT INTO vicidial_lists (list_id, list_name, campaign_id, active, list_description, list_changedate) VALUES
  (1001, 'Sigma test list', 'SIGMA1', 'Y', 'Leads for the first bridge', '2024-11-12 09:00:00'),
  (1002, 'Sigma test list 2', 'SIGMA2', 'Y', 'Leads for the second bridge', '2024-11-12 09:00:00');
INSERT INTO vicidial_list (entry_date, modify_date, status, user, vendor_lead_code, list_id, gmt_offset_now, called_since_last_reset, phone_code, phone_number, first_name, last_name, city, state, entry_list_id) VALUES
  ('2024-11-12 09:00:00', '2024-11-12 09:00:00', 'NEW', '', 'SIGMA-1', 1001, -7.00, 'N', '1', '3035500914', 'Maria', 'Moreno', 'Denver', 'CO', 1001),
  ('2024-11-12 09:00:00', '2024-11-12 09:00:00', 'NEW', '', 'SIGMA-2', 1002, -7.00, 'N', '1', '8015550177', 'Noah', 'Nolan', 'Salt Lake City', 'UT', 1002);
