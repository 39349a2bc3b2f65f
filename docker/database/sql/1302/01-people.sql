-- Who works with the dialler: users, their groups, remote agents. Written from the documented columns of schema 1302 (2013).

CREATE TABLE vicidial_users (
  user_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  user VARCHAR(20) NOT NULL,
  pass VARCHAR(20) NOT NULL,
  full_name VARCHAR(50),
  user_level TINYINT(3) UNSIGNED DEFAULT 1,
  user_group VARCHAR(20),
  phone_login VARCHAR(20),
  phone_pass VARCHAR(20),
  active ENUM('Y','N') DEFAULT 'Y',
  delete_users ENUM('0','1') DEFAULT '0',
  delete_user_groups ENUM('0','1') DEFAULT '0',
  delete_lists ENUM('0','1') DEFAULT '0',
  delete_campaigns ENUM('0','1') DEFAULT '0',
  delete_remote_agents ENUM('0','1') DEFAULT '0',
  load_leads ENUM('0','1') DEFAULT '0',
  campaign_detail ENUM('0','1') DEFAULT '0',
  ast_admin_access ENUM('0','1') DEFAULT '0',
  ast_delete_phones ENUM('0','1') DEFAULT '0',
  modify_leads ENUM('0','1','2','3','4') DEFAULT '0',
  modify_users ENUM('0','1') DEFAULT '0',
  modify_campaigns ENUM('0','1') DEFAULT '0',
  modify_lists ENUM('0','1') DEFAULT '0',
  modify_usergroups ENUM('0','1') DEFAULT '0',
  modify_remoteagents ENUM('0','1') DEFAULT '0',
  modify_servers ENUM('0','1') DEFAULT '0',
  modify_carriers ENUM('1','0') DEFAULT '0',
  modify_phones ENUM('1','0') DEFAULT '0',
  modify_same_user_level ENUM('0','1') DEFAULT '1',
  view_reports ENUM('0','1') DEFAULT '0',
  hotkeys_active ENUM('0','1') DEFAULT '0',
  agent_choose_ingroups ENUM('0','1') DEFAULT '1',
  agent_choose_blended ENUM('0','1') DEFAULT '1',
  agent_choose_territories ENUM('0','1') DEFAULT '1',
  closer_campaigns TEXT,
  closer_default_blended ENUM('0','1') DEFAULT '0',
  scheduled_callbacks ENUM('0','1') DEFAULT '1',
  agentonly_callbacks ENUM('0','1') DEFAULT '0',
  agentcall_manual ENUM('0','1','2') DEFAULT '0',
  vicidial_recording ENUM('0','1') DEFAULT '1',
  vicidial_transfers ENUM('0','1') DEFAULT '1',
  vicidial_recording_override ENUM('DISABLED','NEVER','ONDEMAND','ALLCALLS','ALLFORCE') DEFAULT 'DISABLED',
  alter_custdata_override ENUM('NOT_ACTIVE','ALLOW_ALTER') DEFAULT 'NOT_ACTIVE',
  vdc_agent_api_access ENUM('0','1') DEFAULT '0',
  max_inbound_calls SMALLINT(5) UNSIGNED DEFAULT 0,
  failed_login_count TINYINT(3) UNSIGNED DEFAULT 0,
  last_login_date DATETIME DEFAULT '2001-01-01 00:00:01',
  last_ip VARCHAR(15) DEFAULT '',
  voicemail_id VARCHAR(10),
  territory VARCHAR(100) DEFAULT '',
  email VARCHAR(100) DEFAULT '',
  user_code VARCHAR(100) DEFAULT '',
  custom_one VARCHAR(100) DEFAULT '',
  custom_two VARCHAR(100) DEFAULT '',
  custom_three VARCHAR(100) DEFAULT '',
  custom_four VARCHAR(100) DEFAULT '',
  custom_five VARCHAR(100) DEFAULT '',
  UNIQUE KEY user (user)
) ENGINE=MyISAM;

CREATE TABLE vicidial_user_groups (
  user_group VARCHAR(20) NOT NULL,
  group_name VARCHAR(40) NOT NULL,
  allowed_campaigns TEXT,
  qc_allowed_campaigns TEXT,
  qc_allowed_inbound_groups TEXT,
  group_shifts TEXT,
  forced_timeclock_login ENUM('Y','N','ADMIN_EXEMPT') DEFAULT 'N',
  shift_enforcement ENUM('OFF','START','ALL','ADMIN_EXEMPT') DEFAULT 'OFF',
  agent_status_viewable_groups TEXT,
  agent_status_view_time ENUM('Y','N') DEFAULT 'N',
  agent_call_log_view ENUM('Y','N') DEFAULT 'N',
  agent_xfer_consultative ENUM('Y','N') DEFAULT 'Y',
  allowed_reports VARCHAR(2000) DEFAULT 'ALL REPORTS'
) ENGINE=MyISAM;

CREATE TABLE vicidial_remote_agents (
  remote_agent_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  user_start VARCHAR(20),
  number_of_lines TINYINT UNSIGNED DEFAULT 1,
  server_ip VARCHAR(15) NOT NULL,
  conf_exten VARCHAR(20),
  status ENUM('ACTIVE','INACTIVE') DEFAULT 'INACTIVE',
  campaign_id VARCHAR(8),
  closer_campaigns TEXT,
  extension_group VARCHAR(20) DEFAULT 'NONE',
  extension_group_order VARCHAR(20) DEFAULT 'NONE',
  on_hook_agent ENUM('Y','N') DEFAULT 'N',
  on_hook_ring_time SMALLINT(5) DEFAULT 15
) ENGINE=MyISAM;

CREATE TABLE vicidial_extension_groups (
  extension_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY,
  extension_group_id VARCHAR(20) NOT NULL,
  extension VARCHAR(100) DEFAULT '8300',
  rank MEDIUMINT(7) DEFAULT 0,
  campaign_groups TEXT,
  call_count_today MEDIUMINT(7) DEFAULT 0,
  last_call_time DATETIME,
  last_callerid VARCHAR(20) DEFAULT '',
  KEY extension_group_id (extension_group_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_campaign_agents (
  user VARCHAR(20),
  campaign_id VARCHAR(20),
  campaign_rank TINYINT(1) DEFAULT 0,
  campaign_weight TINYINT(1) DEFAULT 0,
  calls_today SMALLINT(5) UNSIGNED DEFAULT 0,
  group_web_vars VARCHAR(255) DEFAULT '',
  KEY user (user),
  KEY campaign_id (campaign_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_inbound_group_agents (
  user VARCHAR(20),
  group_id VARCHAR(20),
  group_rank TINYINT(1) DEFAULT 0,
  group_weight TINYINT(1) DEFAULT 0,
  calls_today SMALLINT(5) UNSIGNED DEFAULT 0,
  group_web_vars VARCHAR(255) DEFAULT '',
  KEY user (user),
  KEY group_id (group_id)
) ENGINE=MyISAM;
